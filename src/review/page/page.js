"use strict";
(() => {
  // src/dom.ts
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  function button(name, key, press) {
    const made = element("button", { type: "button" }, name);
    if (key) {
      made.append(" ", element("kbd", {}, key));
      made.setAttribute("aria-keyshortcuts", key);
    }
    made.addEventListener("click", press);
    return made;
  }
  function field(name, value, done) {
    const made = element("input", { type: "text", "aria-label": name, title: name, autocomplete: "off", spellcheck: "false" });
    made.value = value;
    made.addEventListener("change", () => done(made.value));
    made.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") {
        made.value = value;
        made.blur();
      }
    });
    return made;
  }
  function byId(id) {
    const found = document.getElementById(id);
    if (!found) throw new Error(`the page has no #${id}`);
    return found;
  }
  function clock(seconds2, decimals = 0) {
    const unit = 10 ** decimals;
    const units = Math.round(Math.max(0, seconds2) * unit);
    const whole = Math.floor(units / unit);
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (n) => String(n).padStart(2, "0");
    const rest = decimals > 0 ? `.${String(units % unit).padStart(decimals, "0")}` : "";
    return (h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`) + rest;
  }
  function seconds(text) {
    const match = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:[.,]\d+)?)$/.exec(text.trim());
    if (!match) return void 0;
    const [, h = "0", m = "0", s = "0"] = match;
    return Number(h) * 3600 + Number(m) * 60 + Number(s.replace(",", "."));
  }
  var columns = (text) => [...text].reduce((sum, char) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char) ? 2 : 1), 0);
  var hue = (speaker) => (speaker % 360 * 137 + 205) % 360;
  function coloured(of, speaker) {
    of.style.setProperty("--hue", speaker === null ? "0" : String(hue(speaker)));
    of.style.setProperty("--tint", speaker === null ? "0%" : "55%");
    return of;
  }
  function at(starts, time) {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = low + high >> 1;
      if ((starts[middle]?.start ?? Infinity) <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // src/words.ts
  var english = {
    title: "Review",
    left: (n) => n === 1 ? "1 doubt left" : `${n} doubts left`,
    nothingLeft: "Nothing is left in doubt.",
    unsaved: "not saved",
    saved: "saved",
    undo: "Undo",
    redo: "Redo",
    save: "Save",
    help: "Keys",
    close: "Close",
    play: "Play",
    accept: "Accept",
    fine: "All is well",
    reject: "Reject",
    edit: "Edit",
    later: "Later",
    everywhere: "the same everywhere",
    everywhereCount: (n) => `the same everywhere (${n})`,
    edited: "Write what was said; Enter takes it, Escape leaves it",
    doubts: "Doubts",
    chapters: "Chapters",
    speakers: "Speakers",
    corrections: "Corrections",
    gaps: "Gaps",
    unspoken: "Unspoken",
    cues: "Subtitles",
    wave: "Waveform",
    overview: "Whole recording",
    kinds: {
      correction: "Misheard?",
      times: "Times not sure",
      unspoken: "Not spoken?",
      gap: "Speech without transcript",
      turn: "Who speaks?",
      name: "What is the name?",
      cue: "Breaks the guide"
    },
    sounds: { silence: "silence", music: "music", untranscribed: "speech without transcript" },
    tiers: { sure: "sure", likely: "likely", guess: "guess" },
    decided: { accept: "accepted", reject: "rejected", edit: "edited" },
    line: (n) => `line ${n}`,
    hearing: (percent) => `Working out the waveform: ${percent}%`,
    noMedia: "The recording is not there: start zimu review with --media.",
    lost: "The server does not answer. What was acknowledged is in the journal.",
    changed: "Save all the same, and write over what the other program wrote?",
    text: "Text of the subtitle; Ctrl+Enter takes it and goes on to the next, Escape leaves it",
    start: "Start",
    end: "End",
    speaker: "Speaker",
    office: "Office or institution",
    split: "Split",
    merge: "Merge",
    insert: "Insert",
    remove: "Delete",
    realign: "Listen again",
    chosen: (n) => `${n} subtitles`,
    chooseOne: "Choose a subtitle; Shift+click chooses further ones",
    fresh: "What is said here; Ctrl+Enter puts it in, Escape leaves it",
    measured: (widths, columns2, speed, most) => `${widths} of ${columns2} columns · ${speed.toFixed(1)} of ${most} a second`,
    noOrder: "A subtitle cannot end before it begins.",
    splitWhere: "Put the cursor in the text where the second subtitle is to begin.",
    notFree: "There is a subtitle already.",
    goTo: "Go there",
    chapterTitle: "Title",
    level: "Level",
    addChapter: "Add a chapter here",
    newChapter: "New chapter",
    taken: (n, of) => `takes ${n} of ${of}`,
    noList: "takes no list of these",
    tooLong: (n, most) => `· ${n} longer than ${most}: shortened`,
    term: "Add a term: right | wrong | wrong",
    nothingFound: "It is nowhere misheard, as far as can be told.",
    refusals: {},
    keys: [
      ["Space", "play or pause"],
      ["← →", "a second back or on; with Alt half a second"],
      ["Alt+↑ Alt+↓", "the subtitle before or after"],
      ["F5", "play what is in doubt"],
      ["F8, N", "next doubt; Shift+F8, P: the one before"],
      ["A", "accept, or all is well"],
      ["R", "reject"],
      ["E", "edit what is in doubt"],
      ["L", "later"],
      ["S", "the same everywhere, on or off"],
      ["Enter", "edit the text; Ctrl+Enter: on to the next"],
      ["F11, F12", "start or end where the player stands; also [ and ]"],
      [", .", "start 50 ms earlier or later; with Shift the end"],
      ["Ctrl+Alt+V", "split at the cursor"],
      ["Ctrl+Shift+M", "merge with the next"],
      ["I, Alt+Insert", "insert where the player stands"],
      ["Delete", "delete what is chosen"],
      ["G", "listen again to what is chosen"],
      ["Ctrl+Z, Ctrl+Y", "undo, redo"],
      ["Ctrl+S", "save everything"],
      ["+ −", "look closer, or from further off"],
      ["?", "these keys"]
    ]
  };
  var chinese = {
    title: "校对",
    left: (n) => `还有 ${n} 处存疑`,
    nothingLeft: "没有存疑之处了。",
    unsaved: "未保存",
    saved: "已保存",
    undo: "撤销",
    redo: "重做",
    save: "保存",
    help: "按键",
    close: "关闭",
    play: "播放",
    accept: "接受",
    fine: "没有问题",
    reject: "拒绝",
    edit: "修改",
    later: "稍后",
    everywhere: "相同之处一并处理",
    everywhereCount: (n) => `相同之处一并处理（${n}）`,
    edited: "写出实际所说；回车确定，Esc 取消",
    doubts: "存疑",
    chapters: "章节",
    speakers: "说话人",
    corrections: "纠错",
    gaps: "空隙",
    unspoken: "未说出",
    cues: "字幕",
    wave: "波形",
    overview: "全程",
    kinds: {
      correction: "听错了？",
      times: "时间不确定",
      unspoken: "没有说出？",
      gap: "有声无稿",
      turn: "谁在说话？",
      name: "叫什么名字？",
      cue: "不合规范"
    },
    sounds: { silence: "静音", music: "音乐", untranscribed: "有声无稿" },
    tiers: { sure: "确定", likely: "可能", guess: "猜测" },
    decided: { accept: "已接受", reject: "已拒绝", edit: "已修改" },
    line: (n) => `第 ${n} 行`,
    hearing: (percent) => `正在计算波形：${percent}%`,
    noMedia: "找不到录音：请用 --media 启动 zimu review。",
    lost: "服务器没有回应。已确认的操作都在日志里。",
    changed: "仍要保存，并覆盖其他程序所写的内容吗？",
    text: "字幕文本；Ctrl+回车确定并转到下一条，Esc 取消",
    start: "开始",
    end: "结束",
    speaker: "说话人",
    office: "职务或单位",
    split: "拆分",
    merge: "合并",
    insert: "插入",
    remove: "删除",
    realign: "重新对齐",
    chosen: (n) => `${n} 条字幕`,
    chooseOne: "请选择一条字幕；按住 Shift 点击可多选",
    fresh: "这里说了什么；Ctrl+回车插入，Esc 取消",
    measured: (widths, columns2, speed, most) => `${widths} / ${columns2} 列 · 每秒 ${speed.toFixed(1)} / ${most}`,
    noOrder: "结束不能早于开始。",
    splitWhere: "请把光标放在第二条字幕开始的地方。",
    notFree: "这里已有字幕。",
    goTo: "转到",
    chapterTitle: "标题",
    level: "级别",
    addChapter: "在此添加章节",
    newChapter: "新章节",
    taken: (n, of) => `收录 ${n} / ${of}`,
    noList: "不接受这样的章节",
    tooLong: (n, most) => `· ${n} 个标题将缩短到 ${most} 字`,
    term: "添加术语：正确 | 错误 | 错误",
    nothingFound: "没有发现听错的地方。",
    refusals: {
      "there is no such subtitle, speaker or correction": "没有这条字幕、说话人或纠错。",
      "a subtitle needs words; delete it instead": "字幕不能为空；请改用删除。",
      "that is too long: at most 1000 characters": "太长了：最多 1000 字。",
      "a subtitle can only be where no other one is, and not past the end of the recording": "字幕不能与其他字幕重叠，也不能超出录音。",
      "there are words on one side only": "只有一侧有文字。",
      "there is no next subtitle": "没有下一条字幕。",
      "they are of two speakers": "两条字幕的说话人不同。",
      "a speaker needs a name": "说话人需要名字。",
      "the recording is still being listened to, or is not there": "录音尚未听完，或找不到录音。",
      "at most a minute can be listened to again at once": "一次最多重新对齐一分钟。",
      "the words cannot be said in that time": "这段时间里说不下这些词。",
      "another window has changed this meanwhile; look again": "另一个窗口刚刚改动过；请再看一遍。"
    },
    keys: [
      ["空格", "播放或暂停"],
      ["← →", "后退或前进一秒；按住 Alt 为半秒"],
      ["Alt+↑ Alt+↓", "上一条或下一条字幕"],
      ["F5", "播放存疑处"],
      ["F8, N", "下一处存疑；Shift+F8, P：上一处"],
      ["A", "接受，或没有问题"],
      ["R", "拒绝"],
      ["E", "修改存疑处"],
      ["L", "稍后"],
      ["S", "相同之处一并处理，开或关"],
      ["回车", "编辑文本；Ctrl+回车：转到下一条"],
      ["F11, F12", "把开始或结束设在播放处；也可用 [ 和 ]"],
      [", .", "开始提前或推后 50 毫秒；按住 Shift 为结束"],
      ["Ctrl+Alt+V", "在光标处拆分"],
      ["Ctrl+Shift+M", "与下一条合并"],
      ["I, Alt+Insert", "在播放处插入"],
      ["Delete", "删除所选字幕"],
      ["G", "重新对齐所选字幕"],
      ["Ctrl+Z, Ctrl+Y", "撤销，重做"],
      ["Ctrl+S", "全部保存"],
      ["+ −", "放大，缩小"],
      ["?", "显示这些按键"]
    ]
  };
  var isChinese = navigator.language.toLowerCase().startsWith("zh");
  var words = isChinese ? chinese : english;

  // src/editor.ts
  var NUDGE = 0.05;
  var NEW = 2;
  var SHORTEST = 0.1;
  var LONGEST = 7;
  var Editor = class {
    constructor(project2, page) {
      this.project = project2;
      this.page = page;
      this.start = field(words.start, "", (value) => this.typed(seconds(value), void 0));
      this.end = field(words.end, "", (value) => this.typed(void 0, seconds(value)));
      this.speaker = field(words.speaker, "", (name) => void this.give(name));
      this.speaker.setAttribute("list", "names");
      this.speaker.placeholder = words.speaker;
      this.text.lang = project2.language;
      this.text.addEventListener("input", () => this.measured());
      this.text.addEventListener("blur", () => void this.commit());
      this.text.addEventListener("keydown", (event) => this.key(event));
      const row = (...children) => element("div", { class: "actions" }, ...children);
      byId("editor").replaceChildren(
        row(this.start, element("span", {}, "→"), this.end, this.speaker, this.names, this.measure),
        this.text,
        row(
          button(words.split, "Ctrl+Alt+V", () => void this.split()),
          button(words.merge, "Ctrl+Shift+M", () => void this.merge()),
          button(words.insert, "I", () => this.insert()),
          button(words.remove, "Del", () => void this.remove()),
          button(words.realign, "G", () => void this.realign())
        )
      );
      byId("editor").addEventListener("mousedown", (event) => {
        if (event.target.closest("button")) event.preventDefault();
      });
      this.show();
    }
    from = -1;
    to = -1;
    /** The time of a subtitle that is being put in. */
    fresh;
    text = element("textarea", { rows: "2", spellcheck: "false", "aria-label": words.text });
    measure = element("output", { class: "faint" });
    start;
    end;
    speaker;
    names = element("datalist", { id: "names" });
    /** Edits subtitles from one to another. */
    choose(from, to, bring = true) {
      const last = this.project.cues.length - 1;
      if (this.isDirty()) void this.commit();
      this.fresh = void 0;
      [this.from, this.to] = [Math.min(from, last), Math.min(to, last)];
      this.page.choose(this.from, this.to, bring);
      this.show();
    }
    /** Chooses one more, up to there. */
    reach(cue) {
      if (this.from < 0) this.choose(cue, cue);
      else this.choose(Math.min(this.from, cue), Math.max(this.to, cue), false);
    }
    step(by) {
      const next = Math.min(Math.max(this.from + by, 0), this.project.cues.length - 1);
      this.choose(next, next);
      return this.cue()?.start ?? 0;
    }
    /** Other subtitles were put in or taken out before the chosen ones, which are further on then. */
    shift(at2, removed, added) {
      if (at2 + removed <= this.from) {
        this.from += added - removed;
        this.to += added - removed;
      }
      const last = this.project.cues.length - 1;
      [this.from, this.to] = [Math.min(this.from, last), Math.min(this.to, last)];
      this.page.choose(this.from, this.to, false);
    }
    /** Shows what is chosen as it is now; what is being typed stays. */
    show() {
      const cue = this.cue();
      this.names.replaceChildren(...this.project.speakers.map(({ name }) => element("option", { value: name })));
      const isOne = this.from === this.to;
      for (const input of [this.start, this.end]) input.disabled = !cue || !isOne || !!this.fresh;
      this.speaker.disabled = !cue || !!this.fresh;
      this.text.disabled = !(this.fresh || cue && isOne);
      const span = this.fresh ?? cue;
      if (document.activeElement !== this.start) this.start.value = span ? clock(span.start, 3) : "";
      if (document.activeElement !== this.end) this.end.value = span ? clock(span.end, 3) : "";
      if (document.activeElement !== this.speaker) this.speaker.value = this.nameOf(cue);
      if (!this.isDirty()) this.fill(this.fresh ? "" : isOne ? cue?.lines.join("\n") ?? "" : words.chosen(this.to - this.from + 1));
      this.text.placeholder = this.fresh ? words.fresh : words.chooseOne;
      this.measured();
    }
    /** Goes into the text. */
    focus() {
      if (this.text.disabled) return;
      this.text.focus();
      this.text.setSelectionRange(this.text.value.length, this.text.value.length);
    }
    /** Goes to who speaks. */
    focusSpeaker() {
      this.speaker.select();
    }
    written = "";
    fill(text) {
      if (this.text.value !== text) this.text.value = text;
      this.written = text;
    }
    /** Whether something was typed that is not an edit yet. */
    isDirty() {
      return this.text.value !== this.written;
    }
    cue() {
      return this.project.cues[this.from];
    }
    nameOf(cue) {
      return !this.fresh && cue?.speaker != null && this.project.speakers[cue.speaker]?.name || "";
    }
    lines() {
      return this.text.value.split("\n");
    }
    measured() {
      const span = this.fresh ?? this.cue();
      if (!span || this.text.disabled) {
        this.measure.textContent = "";
        return;
      }
      const { limits: limits2 } = this.project;
      const widths = this.lines().filter((line) => line.trim()).map(columns);
      const speed = widths.reduce((sum, width) => sum + width, 0) / (span.end - span.start);
      this.measure.textContent = words.measured(widths.join(" + ") || "0", limits2.columns, speed, limits2.speed);
      const breaks = widths.some((width) => width > limits2.columns) || widths.length > limits2.lines || speed > limits2.speed;
      this.measure.classList.toggle("over", breaks);
    }
    key(event) {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") {
        this.fill(this.written);
        this.fresh = void 0;
        this.show();
        this.text.blur();
      } else if (event.key === "Enter" && event.ctrlKey) {
        event.preventDefault();
        const isFresh = this.fresh;
        void this.commit().then(() => {
          if (!isFresh) this.step(1);
          this.focus();
        });
      }
    }
    /** Makes an edit of what was typed. */
    async commit() {
      if (!this.isDirty()) return;
      const [lines, cue, fresh] = [this.lines(), this.from, this.fresh];
      this.written = this.text.value;
      if (fresh) {
        this.fresh = void 0;
        const done = await this.page.act({ insert: { ...fresh, lines } });
        if (done) {
          const put = at(this.project.cues, fresh.start);
          this.fill(this.text.value);
          return this.choose(put, put);
        }
      } else if (cue >= 0 && await this.page.act({ text: { cue, lines } })) return;
      this.fill(this.text.value);
      this.show();
    }
    typed(start2, end) {
      const cue = this.cue();
      if (cue && (start2 ?? end) !== void 0) this.retime(this.from, start2 ?? cue.start, end ?? cue.end);
      else this.show();
    }
    /** Gives a subtitle another time, as far as its neighbours leave room. */
    retime(index, start2, end) {
      const { cues, duration } = this.project;
      const free = { start: cues[index - 1]?.end ?? 0, end: cues[index + 1]?.start ?? duration };
      const from = Math.min(Math.max(start2, free.start), free.end - SHORTEST);
      const to = Math.max(Math.min(end, free.end), from + SHORTEST);
      void this.page.act({ time: { cue: index, start: round(from), end: round(to) } });
    }
    nudge(edge, by) {
      const cue = this.cue();
      if (!cue || this.from !== this.to) return;
      const moved = { ...cue, [edge]: cue[edge] + by * NUDGE };
      this.retime(this.from, moved.start, moved.end);
    }
    /** Sets an edge to where the player stands, or to a time. */
    set(edge, time = this.page.time()) {
      const cue = this.cue();
      if (!cue || this.from !== this.to) return;
      const set = { ...cue, [edge]: time };
      if (set.start + SHORTEST > set.end) this.page.tell(words.noOrder);
      else this.retime(this.from, set.start, set.end);
    }
    async split() {
      const cursor = this.text.selectionStart;
      if (document.activeElement !== this.text || this.from !== this.to) return this.page.tell(words.splitWhere);
      const before = this.text.value.slice(0, cursor).split("\n");
      await this.commit();
      const [line, at2] = [before.length - 1, [...before[before.length - 1] ?? ""].length];
      await this.page.act({ split: { cue: this.from, line, at: at2 } });
    }
    async merge() {
      await this.commit();
      if (this.from >= 0) await this.page.act({ merge: { cue: this.from } });
    }
    /** Begins a subtitle in a stretch, or where the player stands. */
    insert(from = this.page.time(), to = from + NEW) {
      const { cues, duration } = this.project;
      const before = at(cues, from);
      const start2 = Math.max(from, cues[before]?.end ?? 0);
      const next = cues[before + 1]?.start ?? duration;
      const end = Math.min(Math.max(to, start2 + SHORTEST), start2 + LONGEST, next);
      if (end - start2 < SHORTEST || start2 - from > NEW) return this.page.tell(words.notFree);
      if (this.isDirty()) void this.commit();
      this.fresh = { start: round(start2), end: round(end) };
      this.show();
      this.focus();
    }
    async remove() {
      if (this.from >= 0) await this.page.act({ delete: { from: this.from, to: this.to } });
    }
    async realign() {
      await this.commit();
      if (this.from >= 0) await this.page.act({ align: { from: this.from, to: this.to } });
    }
    async give(name) {
      if (this.from >= 0) await this.page.act({ give: { from: this.from, to: this.to, name } });
    }
  };
  var round = (time) => Math.round(time * 1e3) / 1e3;

  // src/list.ts
  var ROW = 46;
  var AROUND = 6;
  var CueList = class {
    constructor(frame, project2, choose, open) {
      this.frame = frame;
      this.project = project2;
      frame.replaceChildren(this.canvas);
      frame.addEventListener("scroll", () => this.draw(), { passive: true });
      new ResizeObserver(() => this.draw()).observe(frame);
      const cueOf = (event) => event.target.closest(".cue")?.dataset.at;
      this.canvas.addEventListener("click", (event) => {
        const cue = cueOf(event);
        if (cue !== void 0) choose(Number(cue), event.shiftKey);
      });
      this.canvas.addEventListener("dblclick", open);
      this.refresh();
    }
    canvas = element("div", { class: "rows" });
    rows = /* @__PURE__ */ new Map();
    current = -1;
    chosen = [-1, -1];
    /** Shows the subtitles as they are now. */
    refresh() {
      this.canvas.style.height = `${this.project.cues.length * ROW}px`;
      this.canvas.replaceChildren();
      this.rows.clear();
      this.draw();
    }
    /** Marks the subtitles that are being edited. */
    choose(from, to, bring) {
      this.chosen = [from, to];
      for (const [index, row] of this.rows) this.mark(row, index);
      if (bring) this.bring(from);
    }
    /** Marks the subtitle at a time, and brings it into sight where asked to. */
    follow(time, bring) {
      const now = at(this.project.cues, time);
      if (now === this.current && !bring) return;
      this.rows.get(this.current)?.removeAttribute("aria-current");
      this.current = now;
      if (bring) this.bring(now);
      this.rows.get(now)?.setAttribute("aria-current", "true");
    }
    bring(cue) {
      const top = Math.max(cue, 0) * ROW;
      const { scrollTop, clientHeight } = this.frame;
      if (top < scrollTop + ROW || top > scrollTop + clientHeight - 2 * ROW) this.frame.scrollTop = top - clientHeight / 3;
      this.draw();
    }
    draw() {
      const { cues } = this.project;
      const first = Math.max(0, Math.floor(this.frame.scrollTop / ROW) - AROUND);
      const shown = Math.ceil(this.frame.clientHeight / ROW) + 2 * AROUND;
      const last = Math.min(cues.length, first + shown);
      for (const [index, row] of this.rows) {
        if (index < first || index >= last) {
          row.remove();
          this.rows.delete(index);
        }
      }
      for (let index = first; index < last; index += 1) {
        const cue = cues[index];
        if (!cue || this.rows.has(index)) continue;
        const row = this.row(cue, index);
        this.rows.set(index, row);
        this.canvas.append(row);
      }
    }
    row(cue, index) {
      const name = cue.speaker === null ? "" : this.project.speakers[cue.speaker]?.name ?? "";
      const lines = cue.lines.map((line, at2) => element("div", {}, ...shaded(line, at2, cue)));
      const row = element(
        "div",
        { class: "cue", "data-at": String(index), role: "listitem" },
        element("span", { class: "time" }, clock(cue.start, 1)),
        coloured(element("span", { class: "name" }, name), cue.speaker),
        element("span", { class: "text" }, ...lines)
      );
      row.style.transform = `translateY(${index * ROW}px)`;
      if (cue.confidence !== null && cue.confidence < 0.75) row.classList.add(cue.confidence < 0.5 ? "weak" : "fair");
      if (index === this.current) row.setAttribute("aria-current", "true");
      this.mark(row, index);
      return row;
    }
    mark(row, index) {
      row.classList.toggle("chosen", index >= this.chosen[0] && index <= this.chosen[1]);
    }
  };
  function shaded(line, at2, cue) {
    const chars = [...line];
    const parts = [];
    let reached = 0;
    for (const [of, from, to] of cue.weak) {
      if (of !== at2) continue;
      parts.push(chars.slice(reached, from).join(""), element("mark", {}, chars.slice(from, to).join("")));
      reached = to;
    }
    parts.push(chars.slice(reached).join(""));
    return parts;
  }

  // src/panels.ts
  var AT_ONCE = 200;
  var Panels = class {
    constructor(tabs, panel, project2, page) {
      this.tabs = tabs;
      this.panel = panel;
      this.project = project2;
      this.page = page;
      this.all = [
        { name: words.doubts, of: ["doubts"], count: () => project2.doubts.filter(({ open }) => open).length, rows: () => this.doubts() },
        { name: words.chapters, of: ["chapters", "sites"], count: () => project2.chapters.length, rows: () => this.chapters() },
        { name: words.speakers, of: ["speakers"], count: () => project2.speakers.filter(({ time }) => time > 0).length, rows: () => this.speakers() },
        { name: words.corrections, of: ["corrections"], count: () => project2.corrections.length, rows: () => this.corrections() },
        { name: words.gaps, of: ["gaps"], count: () => project2.gaps.length, rows: () => this.gaps() },
        { name: words.unspoken, of: ["unspoken"], count: () => project2.unspoken.length, rows: () => this.unspoken() }
      ];
      panel.addEventListener("scroll", () => {
        if (panel.scrollTop + panel.clientHeight > panel.scrollHeight - 200) this.more();
      });
      this.all.forEach((_, index) => {
        const tab = element("button", { type: "button", role: "tab", "aria-controls": "panel" });
        tab.addEventListener("click", () => this.choose(index));
        tab.addEventListener("keydown", (event) => {
          const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
          if (step === 0) return;
          event.preventDefault();
          event.stopPropagation();
          const next = (index + step + this.all.length) % this.all.length;
          this.choose(next);
          tabs.children[next].focus();
        });
        tabs.append(tab);
      });
      this.refresh(/* @__PURE__ */ new Set());
      this.choose(0);
    }
    chosen = 0;
    more = () => void 0;
    all;
    /** Shows what became of some parts of the project. */
    refresh(parts) {
      this.all.forEach(({ name, count }, index) => {
        const tab = this.tabs.children[index];
        if (tab) tab.textContent = `${name} ${count()}`;
      });
      if (this.all[this.chosen]?.of.some((part) => parts.has(part))) this.fill();
    }
    /** Lets the user say what a speaker is called. */
    name(name) {
      this.choose(this.all.findIndex(({ of }) => of.includes("speakers")));
      const speaker = this.project.speakers.findIndex((one) => one.name === name);
      this.panel.querySelector(`[data-field="name-${speaker}"]`)?.select();
    }
    choose(index) {
      this.chosen = index;
      [...this.tabs.children].forEach((tab, at2) => {
        tab.setAttribute("aria-selected", String(at2 === index));
        tab.setAttribute("tabindex", at2 === index ? "0" : "-1");
      });
      this.panel.scrollTop = 0;
      this.fill();
    }
    fill() {
      const { scrollTop } = this.panel;
      const focused = this.panel.contains(document.activeElement) ? document.activeElement.dataset.field : void 0;
      const rows = this.all[this.chosen]?.rows();
      this.panel.replaceChildren();
      this.more = () => {
        for (let count = 0; rows && count < AT_ONCE; count += 1) {
          const row = rows.next();
          if (row.done) return;
          this.panel.append(row.value);
        }
      };
      while (this.panel.scrollHeight - this.panel.clientHeight <= scrollTop) {
        const before = this.panel.childElementCount;
        this.more();
        if (this.panel.childElementCount === before) break;
      }
      this.panel.scrollTop = scrollTop;
      if (focused) this.panel.querySelector(`[data-field="${focused}"]`)?.focus();
    }
    row(time, ...children) {
      const made = element("button", { type: "button", class: "row" }, element("span", { class: "time" }, time === null ? "–" : clock(time)), ...children);
      if (time === null) made.disabled = true;
      made.addEventListener("click", () => this.page.seek(time ?? 0));
      return made;
    }
    *doubts() {
      for (const doubt of this.project.doubts) {
        const made = this.row(doubt.start, element("span", { class: "faint" }, words.kinds[doubt.kind]), ` ${doubt.about}`);
        made.classList.toggle("settled", !doubt.open);
        made.addEventListener("click", () => this.page.look(doubt));
        yield made;
      }
    }
    *chapters() {
      const { chapters, sites } = this.project;
      yield element("div", { class: "row" }, ...sites.map((site) => element("div", { class: "limits" }, ...limits(site, chapters))));
      for (const [index, chapter] of chapters.entries()) yield this.chapter(chapter, index);
      const add = button(words.addChapter, "", () => {
        const level = Math.min(...chapters.map((chapter) => chapter.level), 2);
        const added = { start: this.page.time(), title: words.newChapter, level, speaker: null };
        void this.head([...chapters, added]);
      });
      yield element("p", { class: "row" }, add);
    }
    chapter(chapter, index) {
      const { chapters, sites } = this.project;
      const change = (changed) => void this.head(chapters.map((one) => one === chapter ? { ...one, ...changed } : one));
      const go = element("button", { type: "button", "aria-label": words.goTo, title: words.goTo }, "▸");
      go.addEventListener("click", () => this.page.seek(chapter.start));
      const start2 = field(words.start, clock(chapter.start, 1), (value) => {
        const time = seconds(value);
        if (time === void 0) start2.value = clock(chapter.start, 1);
        else change({ start: time });
      });
      const title = field(words.chapterTitle, chapter.title, (value) => change({ title: value }));
      const level = element("select", { "aria-label": words.level, title: words.level });
      for (const one of [1, 2, 3]) level.append(element("option", { value: String(one) }, String(one)));
      level.value = String(chapter.level);
      level.addEventListener("change", () => change({ level: Number(level.value) }));
      const remove = element("button", { type: "button", "aria-label": words.remove, title: words.remove }, "×");
      remove.addEventListener("click", () => void this.head(chapters.filter((one) => one !== chapter)));
      const room = element("span", { class: "limits" });
      const count = () => {
        const length = [...title.value].length;
        room.replaceChildren(...sites.map((site) => within(`${length}/${site.title}`, length <= site.title)));
      };
      title.addEventListener("input", count);
      count();
      for (const [name, input] of Object.entries({ go, start: start2, level, remove, title })) input.dataset.field = `${name}-${index}`;
      start2.classList.add("short");
      const made = element("div", { class: "row chapter" }, go, start2, level, remove, room, title);
      made.dataset.level = String(chapter.level);
      return made;
    }
    head(chapters) {
      const headings = chapters.map(({ start: start2, title, level, speaker }) => ({ start: start2, title, level, speaker }));
      return this.page.act({ chapters: { headings } });
    }
    *speakers() {
      for (const [index, { name, title, time }] of this.project.speakers.entries()) {
        if (time === 0) continue;
        const rename = () => void this.page.act({ rename: { speaker: index, name: named.value, title: titled.value } });
        const named = coloured(field(words.speaker, name, rename), index);
        const titled = field(words.office, title ?? "", rename);
        titled.placeholder = words.office;
        named.classList.add("name");
        named.dataset.field = `name-${index}`;
        titled.dataset.field = `title-${index}`;
        yield element("div", { class: "row person" }, element("span", { class: "time" }, clock(time)), named, titled);
      }
    }
    *corrections() {
      const term = field(words.term, "", (value) => {
        if (value.trim()) void this.page.act({ term: { term: value } }).then((done) => term.value = done ? "" : value);
      });
      term.placeholder = words.term;
      term.dataset.field = "term";
      yield element("div", { class: "row" }, term);
      for (const { start: start2, wrong, right, tier, applied } of this.project.corrections) {
        const faint = element("span", { class: "faint" }, ` ${words.tiers[tier]}${applied ? ` ✓` : ""}`);
        yield this.row(start2, element("del", {}, wrong), element("ins", {}, right), faint);
      }
    }
    *gaps() {
      for (const { start: start2, end, kind } of this.project.gaps) {
        const made = this.row(start2, `${words.sounds[kind]} ${(end - start2).toFixed(1)} s`);
        if (kind === "untranscribed") made.addEventListener("dblclick", () => this.page.write(start2, end));
        yield made;
      }
    }
    *unspoken() {
      for (const { line, text } of this.project.unspoken) {
        yield element("p", { class: "row" }, element("span", { class: "time" }, words.line(line)), text);
      }
    }
  };
  function within(text, fits) {
    return element("span", { class: fits ? "faint" : "over" }, `${text} `);
  }
  function limits({ name, taken, title }, chapters) {
    const long = chapters.filter((chapter) => [...chapter.title].length > title).length;
    return [
      element("b", {}, `${name} `),
      within(taken === null ? words.noList : words.taken(taken, chapters.length), taken !== null),
      ...long > 0 ? [within(words.tooLong(long, title), false)] : []
    ];
  }

  // src/queue.ts
  var Queue = class {
    constructor(card, project2, page) {
      this.card = card;
      this.project = project2;
      this.page = page;
      this.order = [...project2.doubts];
    }
    /** Doubts as they come: those for later are moved to the end. */
    order;
    here = 0;
    everywhere = false;
    /** Takes the doubts as they are now, in the order in which they were. */
    refresh() {
      const now = new Map(this.project.doubts.map((doubt) => [doubt.key, doubt]));
      const key = this.order[this.here]?.key;
      const known = this.order.map(({ key: key2 }) => now.get(key2)).filter((doubt) => doubt !== void 0);
      const before = new Set(known);
      this.order = [...known, ...this.project.doubts.filter((doubt) => !before.has(doubt))];
      const here = this.order.findIndex((doubt) => doubt.key === key);
      this.here = here >= 0 ? here : Math.min(this.here, Math.max(this.order.length - 1, 0));
      if (!this.card.contains(document.activeElement)) this.show();
    }
    left() {
      return this.project.doubts.filter((doubt) => doubt.open).length;
    }
    correction(doubt) {
      return doubt?.correction == null ? void 0 : this.project.corrections[doubt.correction];
    }
    go(doubt) {
      this.here = this.order.findIndex(({ key }) => key === doubt.key);
      this.page.look(doubt);
      this.show();
    }
    play() {
      const doubt = this.order[this.here];
      if (doubt) this.page.play(doubt.start, doubt.end);
    }
    /** The next one that is open, from here on and round. */
    next(step = 1) {
      const count = this.order.length;
      for (let away = 1; away <= count; away += 1) {
        const index = ((this.here + step * away) % count + count) % count;
        const doubt = this.order[index];
        if (doubt?.open) return this.go(doubt);
      }
      this.show();
    }
    back() {
      this.next(-1);
    }
    later() {
      const [doubt] = this.order.splice(this.here, 1);
      if (!doubt) return;
      this.order.push(doubt);
      this.here -= 1;
      this.next();
    }
    toggleEverywhere() {
      this.everywhere = !this.everywhere;
      this.show();
    }
    accept() {
      const doubt = this.order[this.here];
      if (!doubt) return;
      if (this.correction(doubt)) void this.decide(doubt, "accept");
      else void this.settle({ pass: { doubts: [doubt.key], passed: true } });
    }
    reject() {
      const doubt = this.order[this.here];
      if (this.correction(doubt) && doubt) void this.decide(doubt, "reject");
    }
    edit() {
      const doubt = this.order[this.here];
      const input = this.card.querySelector("input");
      const correction = this.correction(doubt);
      if (doubt && !correction) this.page.write(doubt);
      if (!input || !correction) return;
      input.hidden = false;
      input.value = correction.right;
      input.focus();
      input.select();
    }
    /** The corrections of the same words, this one first. */
    same(correction) {
      const others = this.project.corrections.filter(
        (other) => other !== correction && other.wrong === correction.wrong && other.right === correction.right
      );
      return [correction, ...others];
    }
    async decide(doubt, decision) {
      const correction = this.correction(doubt);
      if (!correction) return;
      const meant = this.everywhere ? this.same(correction) : [correction];
      await this.settle({ decide: { corrections: meant.map((one) => one.key), decision } });
    }
    async settle(edit2) {
      document.activeElement?.blur();
      if (await this.page.act(edit2)) this.next();
      else this.show();
    }
    show() {
      const doubt = this.order[this.here];
      if (!doubt) {
        this.card.replaceChildren(element("p", {}, words.nothingLeft));
        return;
      }
      const correction = this.correction(doubt);
      const head = element(
        "p",
        { class: "kind" },
        `${words.kinds[doubt.kind]}  ${clock(doubt.start)}`,
        ...correction ? [`  ${words.line(correction.line)} · ${words.tiers[correction.tier]}`] : []
      );
      const body = correction ? this.of(correction) : [element("p", { class: "about" }, doubt.about)];
      this.card.replaceChildren(head, ...body, this.verdict(doubt), this.actions(correction));
    }
    of(correction) {
      const { before, wrong, right, after, reason } = correction;
      const input = element("input", { type: "text", "aria-label": words.edited, placeholder: words.edited });
      input.hidden = true;
      input.addEventListener("keydown", (event) => {
        if (event.isComposing || event.keyCode === 229) return;
        const doubt = this.order[this.here];
        if (event.key === "Enter" && doubt) void this.decide(doubt, `edit:${input.value}`);
        else if (event.key === "Escape") {
          input.blur();
          this.show();
        }
      });
      return [
        element("p", { class: "place" }, before, element("del", {}, wrong), element("ins", {}, right), after),
        element("p", { class: "reason" }, reason),
        input
      ];
    }
    verdict(doubt) {
      const decision = this.correction(doubt)?.decision ?? null;
      const word = decision?.split(":")[0] ?? "";
      const text = decision !== null ? `${words.decided[word] ?? word} ${decision.slice(word.length + 1)}` : doubt.open ? "" : words.fine;
      return element("p", { class: "verdict" }, text);
    }
    actions(correction) {
      const row = element("div", { class: "actions" }, button(words.play, "F5", () => this.play()));
      row.append(button(correction ? words.accept : words.fine, "A", () => this.accept()));
      if (correction) row.append(button(words.reject, "R", () => this.reject()));
      row.append(button(words.edit, "E", () => this.edit()));
      if (correction) {
        const count = this.same(correction).length;
        const all = button(count > 1 ? words.everywhereCount(count) : words.everywhere, "S", () => this.toggleEverywhere());
        all.setAttribute("aria-pressed", String(this.everywhere));
        row.append(all);
      }
      row.append(button(words.later, "L", () => this.later()));
      return row;
    }
  };

  // src/server.ts
  var Refused = class extends Error {
    constructor(status2, text) {
      super(text);
      this.status = status2;
    }
  };
  async function ask(path, init) {
    const response = await fetch(path, init);
    if (!response.ok) throw new Refused(response.status, await response.text());
    return response;
  }
  var post = async (path, body) => (await ask(path, { method: "POST", body })).json();
  var project = async () => (await ask("project")).json();
  var news = async (after) => (await ask(`news?after=${after}`)).json();
  var waveform = async () => (await ask("waveform")).json();
  var peaks = async (zoom) => new Uint8Array(await (await ask(`peaks?zoom=${zoom}`)).arrayBuffer());
  var edit = (edit2, after) => post(`edit?after=${after}`, JSON.stringify(edit2));
  var undo = (after) => post(`undo?after=${after}`);
  var redo = (after) => post(`redo?after=${after}`);
  var save = (after, over) => post(`save?after=${after}&over=${over}`);

  // src/wave.ts
  var SHORTEST2 = 4;
  var RULER = 16;
  var SILENCE = 1;
  var NEAR = 6;
  var DRAG = 3;
  var LEAST = 0.1;
  var Wave = class {
    constructor(near, far, project2, hands) {
      this.near = near;
      this.far = far;
      this.project = project2;
      this.hands = hands;
      for (const canvas of [near, far]) new ResizeObserver(() => this.draw()).observe(canvas);
      near.addEventListener("pointerdown", (event) => this.down(event));
      near.addEventListener("pointermove", (event) => this.move(event));
      near.addEventListener("pointerup", (event) => this.up(event));
      near.addEventListener("pointercancel", () => this.release());
      far.addEventListener("pointerdown", (event) => hands.seek(event.offsetX / far.clientWidth * project2.duration));
      near.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    }
    zooms = [];
    sounds = [];
    span = 40;
    middle = this.span / 2;
    time = 0;
    chosen = [-1, -1];
    hold;
    /** Where the subtitle that is held would lie. */
    preview;
    /** Fetches what the server has worked out: the coarse zooms are there at once, the finest last. */
    async load(zooms, map) {
      this.sounds = map.map(([ms, sound]) => ({ start: ms / 1e3, sound }));
      for (const rate of [...zooms].sort((a, b) => a - b)) {
        this.zooms.push({ rate, peaks: await peaks(rate) });
        this.draw();
      }
    }
    show(time) {
      this.time = time;
      const left = this.middle - this.span / 2;
      if (time < left || time > left + this.span * 0.9) this.middle = time + this.span * 0.4;
      this.draw();
    }
    choose(from, to) {
      this.chosen = [from, to];
      this.draw();
    }
    zoom(factor) {
      this.span = Math.min(Math.max(this.span * factor, SHORTEST2), Math.max(this.project.duration, SHORTEST2));
      this.middle = this.time;
      this.draw();
    }
    wheel(event) {
      event.preventDefault();
      if (event.ctrlKey || event.altKey) {
        const there = this.timeAt(event);
        const before = this.span;
        this.span = Math.min(Math.max(this.span * Math.exp(event.deltaY / 300), SHORTEST2), this.project.duration);
        this.middle = there + (this.middle - there) * this.span / before;
      } else {
        this.middle += (event.deltaX + event.deltaY) / this.near.clientWidth * this.span;
      }
      this.draw();
    }
    timeAt(event) {
      return this.middle - this.span / 2 + event.offsetX / this.near.clientWidth * this.span;
    }
    /** What the pointer would take hold of: an edge that is near, or the body of the subtitle that is chosen. */
    under(event) {
      const time = this.timeAt(event);
      const reach = NEAR / this.near.clientWidth * this.span;
      const { cues } = this.project;
      const here = at(cues, time);
      let best;
      for (const cue of [here - 1, here, here + 1]) {
        for (const edge of ["start", "end"]) {
          const there = cues[cue]?.[edge];
          if (there === void 0) continue;
          const away = Math.abs(there - time) + (edge === "start" === time < there ? reach / 100 : 0);
          if (away <= reach && (!best || away < best.away)) best = { cue, edge, away };
        }
      }
      const inside = cues[here];
      if (best || !inside || time >= inside.end || here !== this.chosen[0] || here !== this.chosen[1]) return best;
      return { cue: here, edge: "whole" };
    }
    down(event) {
      if (event.button !== 0) return;
      const time = this.timeAt(event);
      if (event.shiftKey || event.ctrlKey) return this.hands.set(event.shiftKey ? "start" : "end", time);
      const held = this.under(event);
      this.hold = { cue: -1, edge: "whole", ...held, from: time, x: event.offsetX, moved: false };
      this.near.setPointerCapture(event.pointerId);
    }
    move(event) {
      const { hold } = this;
      if (!hold) {
        const held = this.under(event);
        this.near.style.cursor = !held ? "text" : held.edge === "whole" ? "grab" : "ew-resize";
        return;
      }
      if (Math.abs(event.offsetX - hold.x) > DRAG) hold.moved = true;
      const cue = this.project.cues[hold.cue];
      if (!cue || !hold.moved) return;
      const by = this.timeAt(event) - hold.from;
      const { start: start2, end } = cue;
      const free = {
        start: this.project.cues[hold.cue - 1]?.end ?? 0,
        end: this.project.cues[hold.cue + 1]?.start ?? this.project.duration
      };
      const bound = (value, low, high) => Math.min(Math.max(value, low), high);
      const snapped = (value) => event.altKey ? value : this.snap(value);
      if (hold.edge === "start") {
        this.preview = { cue: hold.cue, start: bound(snapped(start2 + by), free.start, end - LEAST), end };
      } else if (hold.edge === "end") {
        this.preview = { cue: hold.cue, start: start2, end: bound(snapped(end + by), start2 + LEAST, free.end) };
      } else {
        const shift = bound(by, free.start - start2, free.end - end);
        this.preview = { cue: hold.cue, start: start2 + shift, end: end + shift };
      }
      this.draw();
    }
    up(event) {
      const { hold, preview } = this;
      this.release();
      if (!hold) return;
      if (preview) {
        this.hands.choose(preview.cue);
        this.hands.retime(preview.cue, preview.start, preview.end);
      } else if (!hold.moved) {
        const time = this.timeAt(event);
        const here = at(this.project.cues, time);
        if ((this.project.cues[here]?.end ?? 0) > time) this.hands.choose(here);
        this.hands.seek(time);
      }
    }
    release() {
      this.hold = void 0;
      this.preview = void 0;
      this.draw();
    }
    /** The border of sound that is near, or else the time itself. */
    snap(time) {
      const reach = NEAR / this.near.clientWidth * this.span;
      const here = at(this.sounds, time);
      const borders = [this.sounds[here]?.start, this.sounds[here + 1]?.start];
      const near = borders.filter((border) => border !== void 0 && Math.abs(border - time) <= reach);
      return near[0] ?? time;
    }
    waiting = false;
    draw() {
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        const from = this.middle - this.span / 2;
        this.drawSpan(this.near, from, this.span, true);
        Object.assign(this.near.dataset, { from: String(from), span: String(this.span) });
        this.drawSpan(this.far, 0, this.project.duration, false);
      });
    }
    drawSpan(canvas, from, span, near) {
      const ratio = devicePixelRatio;
      const [width, height] = [canvas.clientWidth, canvas.clientHeight];
      if (canvas.width !== width * ratio) canvas.width = width * ratio;
      if (canvas.height !== height * ratio) canvas.height = height * ratio;
      const pen = canvas.getContext("2d");
      if (!pen || width === 0) return;
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, height);
      const style = getComputedStyle(canvas);
      const colour = (name) => style.getPropertyValue(`--${name}`).trim();
      const x = (time) => (time - from) / span * width;
      const body = near ? height - RULER : height;
      this.drawPeaks(pen, from, span, width, body, colour);
      if (near) {
        this.drawCues(pen, from, span, x, body, colour("ink"));
        this.ruler(pen, from, span, x, height, colour("faint"));
      } else {
        this.drawChapters(pen, x, body, colour);
      }
      pen.fillStyle = colour("head");
      pen.fillRect(x(this.time) - 1, 0, 2, height);
    }
    drawPeaks(pen, from, span, width, height, colour) {
      const wanted = width / span;
      const fits = this.zooms.find((zoom) => zoom.rate >= wanted) ?? this.zooms[this.zooms.length - 1];
      if (!fits) return;
      const colours = [colour("speech"), colour("silence"), colour("music")];
      const middle = height / 2;
      for (let pixel = 0; pixel < width; pixel += 1) {
        const time = from + pixel / width * span;
        const first = Math.floor(time * fits.rate);
        const last = Math.max(first + 1, Math.floor((time + span / width) * fits.rate));
        let peak = 0;
        for (let index = Math.max(0, first); index < last; index += 1) peak = Math.max(peak, fits.peaks[index] ?? 0);
        const half = Math.max(0.5, peak / 255 * middle * 0.95);
        pen.fillStyle = colours[this.sounds[at(this.sounds, time)]?.sound ?? SILENCE] ?? "";
        pen.fillRect(pixel, middle - half, 1, 2 * half);
      }
    }
    drawCues(pen, from, span, x, height, ink) {
      const { cues } = this.project;
      pen.font = "12px system-ui, sans-serif";
      pen.textBaseline = "top";
      for (let index = Math.max(0, at(cues, from)); index < cues.length; index += 1) {
        const cue = cues[index];
        if (!cue || cue.start > from + span) break;
        const { start: start2, end } = this.preview?.cue === index ? this.preview : cue;
        const [left, right] = [x(start2), x(end)];
        const tint = cue.speaker === null ? "0 0% 50%" : `${hue(cue.speaker)} 55% 50%`;
        const isChosen = index >= this.chosen[0] && index <= this.chosen[1];
        pen.fillStyle = `hsl(${tint} / ${isChosen ? 0.36 : 0.18})`;
        pen.fillRect(left, 0, right - left, height);
        pen.fillStyle = `hsl(${tint} / 0.8)`;
        const edge = isChosen ? 2 : 1;
        pen.fillRect(left, 0, edge, height);
        pen.fillRect(right - edge, 0, edge, height);
        if (right - left < 30) continue;
        pen.save();
        pen.beginPath();
        pen.rect(left + 3, 0, right - left - 6, height);
        pen.clip();
        pen.fillStyle = ink;
        cue.lines.forEach((line, row) => pen.fillText(line, left + 4, 3 + 14 * row));
        pen.restore();
      }
    }
    drawChapters(pen, x, height, colour) {
      pen.fillStyle = colour("ink");
      for (const { start: start2, level } of this.project.chapters) {
        if (level <= 2) pen.fillRect(x(start2), level === 1 ? 0 : height / 2, 1, height);
      }
    }
    ruler(pen, from, span, x, height, faint) {
      const steps = [0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1800];
      const step = steps.find((step2) => span / step2 <= 12) ?? 3600;
      pen.fillStyle = faint;
      for (let time = Math.ceil(from / step) * step; time < from + span; time += step) {
        if (time < 0) continue;
        pen.fillRect(x(time), height - RULER, 1, 4);
        pen.fillText(clock(time, step < 1 ? 1 : 0), x(time) + 3, height - 13);
      }
    }
  };

  // src/main.ts
  document.documentElement.lang = isChinese ? "zh" : "en";
  document.title = `zimu ${words.title}`;
  var status = byId("status");
  function tell(text) {
    status.textContent = text;
  }
  async function start() {
    const { project: project2, state } = await project();
    new Page(project2, state);
  }
  var Page = class {
    constructor(project2, state) {
      this.project = project2;
      this.state = state;
      byId("name").textContent = project2.media ?? "";
      if (project2.media) this.player.src = "media";
      const act = (edit2) => this.edit(edit2);
      const seek = (time2) => this.seek(time2);
      const time = () => this.player.currentTime;
      const look = (doubt) => this.look(doubt.start);
      this.list = new CueList(
        byId("cues"),
        project2,
        (cue, further) => this.choose(cue, further),
        () => this.editor.focus()
      );
      this.wave = new Wave(byId("near"), byId("far"), project2, {
        seek,
        choose: (cue) => this.editor.choose(cue, cue),
        retime: (cue, start2, end) => this.editor.retime(cue, start2, end),
        set: (edge, time2) => {
          seek(time2);
          this.editor.set(edge, time2);
        }
      });
      this.editor = new Editor(project2, {
        act,
        time,
        tell,
        choose: (from, to, bring) => {
          this.list.choose(from, to, bring);
          this.wave.choose(from, to);
        }
      });
      this.queue = new Queue(byId("doubt"), project2, {
        act,
        look,
        play: (start2, end) => this.play(start2, end),
        write: (doubt) => {
          if (doubt.kind === "gap") this.editor.insert(doubt.start, doubt.end);
          else if (doubt.kind === "turn") this.editor.focusSpeaker();
          else if (doubt.kind === "name") this.panels.name(doubt.about);
          else this.editor.focus();
        }
      });
      this.panels = new Panels(byId("tabs"), byId("panel"), project2, {
        act,
        seek,
        time,
        look: (doubt) => this.queue.go(doubt),
        write: (start2, end) => this.editor.insert(start2, end)
      });
      this.buttons();
      this.shown();
      if (!project2.media) tell(words.noMedia);
      this.player.addEventListener("loadedmetadata", () => this.player.classList.toggle("sound", this.player.videoWidth === 0));
      this.player.addEventListener("timeupdate", () => this.tick());
      this.player.addEventListener("seeked", () => this.tick());
      addEventListener("keydown", (event) => this.key(event));
      addEventListener("beforeunload", (event) => {
        if (this.editor.isDirty()) event.preventDefault();
      });
      void this.hear();
      void this.news();
      const roll = () => {
        if (!this.player.paused) this.tick();
        requestAnimationFrame(roll);
      };
      requestAnimationFrame(roll);
      this.queue.show();
      if (project2.cues.length > 0) this.editor.choose(0, 0);
    }
    player = byId("player");
    list;
    wave;
    queue;
    editor;
    panels;
    until = Infinity;
    tick() {
      const time = this.player.currentTime;
      if (time >= this.until && !this.player.paused) {
        this.player.pause();
        this.until = Infinity;
      }
      byId("clock").textContent = `${clock(time, 1)} / ${clock(this.project.duration)}`;
      this.wave.show(time);
      this.list.follow(time, !this.player.paused);
    }
    seek(time) {
      this.until = Infinity;
      this.player.currentTime = Math.max(0, time);
      this.wave.show(time);
      this.list.follow(time, false);
    }
    choose(cue, further) {
      if (further) return this.editor.reach(cue);
      this.editor.choose(cue, cue);
      this.seek(this.project.cues[cue]?.start ?? 0);
    }
    /** Goes to a time, and to the subtitle there. */
    look(time) {
      this.seek(time);
      const cue = Math.max(at(this.project.cues, time), 0);
      this.editor.choose(cue, cue);
    }
    play(start2, end) {
      const AROUND2 = 0.6;
      this.seek(start2 - AROUND2);
      this.until = end + AROUND2;
      void this.player.play();
    }
    toggle() {
      this.until = Infinity;
      if (this.player.paused) void this.player.play();
      else this.player.pause();
    }
    buttons() {
      const make = (id, name, press) => {
        const button2 = byId(id);
        button2.textContent = name;
        button2.addEventListener("click", press);
      };
      make("undo", words.undo, () => void this.act(undo));
      make("redo", words.redo, () => void this.act(redo));
      make("save", words.save, () => void this.save());
      make("help", words.help, () => this.help());
      byId("cues").setAttribute("aria-label", words.cues);
      byId("cues").lang = this.project.language;
      byId("near").setAttribute("aria-label", words.wave);
      byId("far").setAttribute("aria-label", words.overview);
      const dialog = byId("keys");
      const rows = words.keys.map(([key, what]) => element("tr", {}, element("th", { scope: "row" }, key), element("td", {}, what)));
      const close = element("button", { type: "button" }, words.close);
      close.addEventListener("click", () => dialog.close());
      dialog.setAttribute("aria-label", words.help);
      const half = Math.ceil(rows.length / 2);
      const tables = [rows.slice(0, half), rows.slice(half)].map((rows2) => element("table", {}, ...rows2));
      dialog.replaceChildren(element("div", { class: "tables" }, ...tables), close);
    }
    help() {
      byId("keys").showModal();
    }
    /** Does something at the server, one after the other, and shows what is new then. */
    chain = Promise.resolve();
    act(ask2) {
      const done = this.chain.then(async () => {
        try {
          const after = this.state.acts;
          this.take(await ask2(after), after);
          return true;
        } catch (fault) {
          tell(fault instanceof Refused ? words.refusals[fault.message] ?? fault.message : words.lost);
          return false;
        }
      });
      this.chain = done;
      return done;
    }
    async edit(edit2) {
      const before = this.state.acts;
      const done = await this.act((after) => edit(edit2, after));
      if (done && this.state.acts === before && "term" in edit2) tell(words.nothingFound);
      return done;
    }
    async save() {
      document.activeElement?.blur();
      const asked = (fault) => fault instanceof Refused && fault.status === 409 && confirm(`${fault.message}

${words.changed}`);
      await this.act(async (after) => {
        try {
          return await save(after, false);
        } catch (fault) {
          if (asked(fault)) return save(after, true);
          throw fault;
        }
      });
    }
    /** Takes what is new after so many acts; some of it may be known already. */
    take({ state, patches }, after) {
      if (!patches) return location.reload();
      if (state.acts < this.state.acts) return;
      const parts = /* @__PURE__ */ new Set();
      for (const patch of patches.slice(this.state.acts - after)) this.patch(patch, parts);
      this.state = state;
      if (parts.size > 0) this.refresh(parts);
      this.shown();
    }
    patch({ cues, ...others }, parts) {
      Object.assign(this.project, others);
      Object.keys(others).forEach((part) => parts.add(part));
      if (cues) {
        this.project.cues.splice(cues.at, cues.removed, ...cues.added);
        this.editor.shift(cues.at, cues.removed, cues.added.length);
        parts.add("cues");
      }
    }
    refresh(parts) {
      if (parts.has("cues") || parts.has("speakers")) {
        this.list.refresh();
        this.editor.show();
      }
      this.wave.draw();
      this.queue.refresh();
      this.panels.refresh(parts);
    }
    shown() {
      const { state } = this;
      byId("undo").disabled = !state.undo;
      byId("redo").disabled = !state.redo;
      const left = this.queue.left();
      byId("left").textContent = left > 0 ? words.left(left) : words.nothingLeft;
      tell(state.unsaved > 0 ? words.unsaved : state.acts > 0 ? words.saved : "");
    }
    /** What other windows do is shown here too. */
    async news() {
      for (; ; ) {
        try {
          const after = this.state.acts;
          this.take(await news(after), after);
        } catch {
          tell(words.lost);
          await new Promise((later) => setTimeout(later, 2e3));
        }
      }
    }
    async hear() {
      for (; ; ) {
        const state = await waveform();
        if ("zooms" in state) {
          byId("hearing").textContent = "";
          await this.wave.load(state.zooms, state.map);
          return;
        }
        if ("fault" in state) {
          byId("hearing").textContent = state.fault;
          return;
        }
        byId("hearing").textContent = words.hearing(state.total > 0 ? Math.floor(100 * state.done / state.total) : 0);
        await new Promise((later) => setTimeout(later, 300));
      }
    }
    key(event) {
      if (event.isComposing || event.keyCode === 229) return;
      const target = event.target;
      const command = this.command(event);
      if (!command || target.closest("dialog")) return;
      const types = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
      const presses = (target instanceof HTMLButtonElement || target instanceof HTMLSelectElement) && ["Enter", " "].includes(event.key);
      if (presses || types && !this.isOrderInText(event, target)) return;
      event.preventDefault();
      command();
    }
    /** While one types, only what types nothing is an order. */
    isOrderInText(event, target) {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      const letter = key.toLowerCase();
      if (/^F\d+$/.test(key) || altKey && (key === "ArrowUp" || key === "ArrowDown")) return true;
      if (!ctrlKey && !metaKey) return false;
      if (letter === "z" || letter === "y") return target instanceof HTMLTextAreaElement && !this.editor.isDirty();
      return letter === "s" || letter === "v" && altKey || letter === "m" && shiftKey;
    }
    command(event) {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      const letter = key.length === 1 ? key.toLowerCase() : key;
      const { editor, queue } = this;
      if (ctrlKey || metaKey) {
        if (letter === "z") return () => void this.act(shiftKey ? redo : undo);
        if (letter === "y") return () => void this.act(redo);
        if (letter === "s") return () => void this.save();
        if (letter === "m" && shiftKey) return () => void editor.merge();
        if (letter === "v" && altKey) return () => void editor.split();
        return void 0;
      }
      const step = altKey ? 0.5 : 1;
      const commands = {
        ArrowLeft: () => this.seek(this.player.currentTime - step),
        ArrowRight: () => this.seek(this.player.currentTime + step),
        F5: () => queue.play(),
        F8: () => shiftKey ? queue.back() : queue.next(),
        F11: () => editor.set("start"),
        F12: () => editor.set("end")
      };
      if (altKey) {
        commands.ArrowUp = () => this.seek(editor.step(-1));
        commands.ArrowDown = () => this.seek(editor.step(1));
        commands.Insert = () => editor.insert();
        return commands[letter];
      }
      Object.assign(commands, {
        " ": () => this.toggle(),
        Enter: () => editor.focus(),
        Delete: () => void editor.remove(),
        n: () => queue.next(),
        p: () => queue.back(),
        a: () => queue.accept(),
        r: () => queue.reject(),
        e: () => queue.edit(),
        l: () => queue.later(),
        s: () => queue.toggleEverywhere(),
        i: () => editor.insert(),
        g: () => void editor.realign(),
        "[": () => editor.set("start"),
        "]": () => editor.set("end"),
        ",": () => editor.nudge("start", -1),
        ".": () => editor.nudge("start", 1),
        "<": () => editor.nudge("end", -1),
        ">": () => editor.nudge("end", 1),
        "+": () => this.wave.zoom(0.5),
        "=": () => this.wave.zoom(0.5),
        "-": () => this.wave.zoom(2),
        "?": () => this.help()
      });
      return commands[letter];
    }
  };
  start().catch((fault) => tell(fault instanceof Error ? fault.message : words.lost));
})();
