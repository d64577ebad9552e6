"use strict";
(() => {
  // src/dom.ts
  function element(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }
  function byId(id) {
    const found = document.getElementById(id);
    if (!found) throw new Error(`the page has no #${id}`);
    return found;
  }
  function clock(seconds, tenths = false) {
    const whole = Math.floor(Math.max(0, seconds));
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (n) => String(n).padStart(2, "0");
    const rest = tenths ? `.${Math.floor((seconds - whole) * 10)}` : "";
    return (h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`) + rest;
  }
  var hue = (speaker) => Math.round((speaker * 137.508 + 210) % 360);
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

  // src/list.ts
  var ROW = 54;
  var AROUND = 6;
  var CueList = class {
    constructor(frame, cues, names, choose) {
      this.frame = frame;
      this.cues = cues;
      this.names = names;
      this.canvas = element("div", { class: "rows" });
      this.canvas.style.height = `${cues.length * ROW}px`;
      frame.replaceChildren(this.canvas);
      frame.addEventListener("scroll", () => this.draw(), { passive: true });
      new ResizeObserver(() => this.draw()).observe(frame);
      this.canvas.addEventListener("click", (event) => {
        const row2 = event.target.closest(".cue");
        const cue = row2 && cues[Number(row2.dataset.at)];
        if (cue) choose(cue);
      });
      this.draw();
    }
    canvas;
    rows = /* @__PURE__ */ new Map();
    current = -1;
    /** Marks the subtitle at a time, and brings it into sight where asked to. */
    follow(time, bring) {
      const now = at(this.cues, time);
      if (now === this.current && !bring) return;
      this.rows.get(this.current)?.removeAttribute("aria-current");
      this.current = now;
      if (bring) {
        const top = Math.max(now, 0) * ROW;
        const { scrollTop, clientHeight } = this.frame;
        if (top < scrollTop + ROW || top > scrollTop + clientHeight - 2 * ROW) {
          this.frame.scrollTop = top - clientHeight / 3;
        }
      }
      this.rows.get(now)?.setAttribute("aria-current", "true");
    }
    draw() {
      const first = Math.max(0, Math.floor(this.frame.scrollTop / ROW) - AROUND);
      const shown = Math.ceil(this.frame.clientHeight / ROW) + 2 * AROUND;
      const last = Math.min(this.cues.length, first + shown);
      for (const [index, row2] of this.rows) {
        if (index < first || index >= last) {
          row2.remove();
          this.rows.delete(index);
        }
      }
      for (let index = first; index < last; index += 1) {
        const cue = this.cues[index];
        if (!cue || this.rows.has(index)) continue;
        const row2 = this.row(cue, index);
        this.rows.set(index, row2);
        this.canvas.append(row2);
      }
    }
    row(cue, index) {
      const name = cue.speaker === null ? "" : this.names[cue.speaker] ?? "";
      const lines = cue.lines.map((line, at2) => element("div", {}, ...shaded(line, at2, cue)));
      const row2 = element(
        "div",
        { class: "cue", "data-at": String(index), role: "listitem" },
        element("span", { class: "time" }, clock(cue.start, true)),
        coloured(element("span", { class: "name" }, name), cue.speaker),
        element("span", { class: "text" }, ...lines)
      );
      row2.style.transform = `translateY(${index * ROW}px)`;
      if (cue.confidence !== null && cue.confidence < 0.75) row2.classList.add(cue.confidence < 0.5 ? "weak" : "fair");
      if (index === this.current) row2.setAttribute("aria-current", "true");
      return row2;
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

  // src/words.ts
  var english = {
    title: "Review",
    left: (n) => n === 1 ? "1 doubt left" : `${n} doubts left`,
    nothingLeft: "Nothing is left in doubt.",
    unsaved: "not saved",
    saved: "saved in decisions.json",
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
      cue: "Breaks the guide"
    },
    sounds: { silence: "silence", music: "music", untranscribed: "speech without transcript" },
    tiers: { sure: "sure", likely: "likely", guess: "guess" },
    decided: { accept: "accepted", reject: "rejected", edit: "edited" },
    line: (n) => `line ${n}`,
    hearing: (percent) => `Working out the waveform: ${percent}%`,
    noMedia: "The recording is not there: start zimu review with --media.",
    lost: "The server does not answer. What was acknowledged is in the journal.",
    changed: "Another program has changed the files since. Save all the same?",
    keys: [
      ["Space", "play or pause"],
      ["F5", "play what is in doubt"],
      ["← →", "a second back or on; with Alt half a second"],
      ["Alt+↑ Alt+↓", "the subtitle before or after"],
      ["F8, N", "next doubt; Shift+F8, P: the one before"],
      ["A", "accept, or all is well"],
      ["R", "reject"],
      ["E", "edit"],
      ["L", "later"],
      ["S", "the same everywhere, on or off"],
      ["Ctrl+Z, Ctrl+Y", "undo, redo"],
      ["Ctrl+S", "save"],
      ["+ −", "look closer, or from further off"],
      ["?", "these keys"]
    ]
  };
  var chinese = {
    title: "校对",
    left: (n) => `还有 ${n} 处存疑`,
    nothingLeft: "没有存疑之处了。",
    unsaved: "未保存",
    saved: "已存入 decisions.json",
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
      cue: "不合规范"
    },
    sounds: { silence: "静音", music: "音乐", untranscribed: "有声无稿" },
    tiers: { sure: "确定", likely: "可能", guess: "猜测" },
    decided: { accept: "已接受", reject: "已拒绝", edit: "已修改" },
    line: (n) => `第 ${n} 行`,
    hearing: (percent) => `正在计算波形：${percent}%`,
    noMedia: "找不到录音：请用 --media 启动 zimu review。",
    lost: "服务器没有回应。已确认的操作都在日志里。",
    changed: "文件已被其他程序改动。仍要保存吗？",
    keys: [
      ["空格", "播放或暂停"],
      ["F5", "播放存疑处"],
      ["← →", "后退或前进一秒；按住 Alt 为半秒"],
      ["Alt+↑ Alt+↓", "上一条或下一条字幕"],
      ["F8, N", "下一处存疑；Shift+F8, P：上一处"],
      ["A", "接受，或没有问题"],
      ["R", "拒绝"],
      ["E", "修改"],
      ["L", "稍后"],
      ["S", "相同之处一并处理，开或关"],
      ["Ctrl+Z, Ctrl+Y", "撤销，重做"],
      ["Ctrl+S", "保存"],
      ["+ −", "放大，缩小"],
      ["?", "显示这些按键"]
    ]
  };
  var isChinese = navigator.language.toLowerCase().startsWith("zh");
  var words = isChinese ? chinese : english;

  // src/queue.ts
  var Queue = class {
    constructor(card, project2, act, sound) {
      this.card = card;
      this.project = project2;
      this.act = act;
      this.sound = sound;
      this.order = [...project2.doubts];
    }
    /** Doubts as they come: those for later are moved to the end. */
    order;
    here = 0;
    everywhere = false;
    settled;
    settle(settled2) {
      this.settled = settled2;
      this.show();
    }
    left() {
      return this.order.filter((doubt) => this.isOpen(doubt)).length;
    }
    isOpen(doubt) {
      const { settled: settled2 } = this;
      if (!settled2) return true;
      const correction = this.correction(doubt);
      return correction ? !(correction.key in settled2.decisions) : !settled2.passed.includes(doubt.key);
    }
    correction(doubt) {
      return doubt?.correction == null ? void 0 : this.project.corrections[doubt.correction];
    }
    go(doubt) {
      this.here = this.order.indexOf(doubt);
      this.sound.seek(doubt.start);
      this.show();
    }
    play() {
      const doubt = this.order[this.here];
      if (doubt) this.sound.play(doubt.start, doubt.end);
    }
    /** The next one that is open, from here on and round. */
    next(step = 1) {
      const count = this.order.length;
      for (let away = 1; away <= count; away += 1) {
        const index = ((this.here + step * away) % count + count) % count;
        const doubt = this.order[index];
        if (doubt && this.isOpen(doubt)) return this.go(doubt);
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
      else void this.act({ pass: { doubts: [doubt.key], passed: true } }).then(() => this.next());
    }
    reject() {
      const doubt = this.order[this.here];
      if (this.correction(doubt) && doubt) void this.decide(doubt, "reject");
    }
    edit() {
      const input = this.card.querySelector("input");
      const correction = this.correction(this.order[this.here]);
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
      await this.act({ decide: { corrections: meant.map((one) => one.key), decision } });
      this.next();
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
        else if (event.key === "Escape") this.show();
      });
      return [
        element("p", { class: "place" }, before, element("del", {}, wrong), element("ins", {}, right), after),
        element("p", { class: "reason" }, reason),
        input
      ];
    }
    verdict(doubt) {
      const correction = this.correction(doubt);
      const decision = correction && this.settled?.decisions[correction.key];
      const word = decision?.split(":")[0] ?? "";
      const text = decision ? `${words.decided[word] ?? word} ${decision.slice(word.length + 1)}` : this.isOpen(doubt) ? "" : words.fine;
      return element("p", { class: "verdict" }, text);
    }
    actions(correction) {
      const button = (name, key, press) => {
        const made = element("button", { type: "button", "aria-keyshortcuts": key }, `${name} `, element("kbd", {}, key));
        made.addEventListener("click", press);
        return made;
      };
      const row2 = element("div", { class: "actions" }, button(words.play, "F5", () => this.play()));
      row2.append(button(correction ? words.accept : words.fine, "A", () => this.accept()));
      if (correction) {
        row2.append(button(words.reject, "R", () => this.reject()), button(words.edit, "E", () => this.edit()));
        const count = this.same(correction).length;
        const all = button(count > 1 ? words.everywhereCount(count) : words.everywhere, "S", () => this.toggleEverywhere());
        all.setAttribute("aria-pressed", String(this.everywhere));
        row2.append(all);
      }
      row2.append(button(words.later, "L", () => this.later()));
      return row2;
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
  var project = async () => (await ask("project")).json();
  var settled = async (after) => (await ask(after === void 0 ? "settled" : `settled?after=${after}`)).json();
  var waveform = async () => (await ask("waveform")).json();
  var peaks = async (zoom) => new Uint8Array(await (await ask(`peaks?zoom=${zoom}`)).arrayBuffer());
  var edit = async (edit2) => (await ask("edit", { method: "POST", body: JSON.stringify(edit2) })).json();
  var undo = async () => (await ask("undo", { method: "POST" })).json();
  var redo = async () => (await ask("redo", { method: "POST" })).json();
  var save = async (over = false) => (await ask(`save?over=${over}`, { method: "POST" })).json();

  // src/panels.ts
  var AT_ONCE = 200;
  function panels(tabs, panel, project2, go, look) {
    const all = [
      [words.doubts, project2.doubts.length, () => doubts(project2, look)],
      [words.chapters, project2.chapters.length, () => chapters(project2, go)],
      [words.speakers, project2.speakers.length, () => speakers(project2)],
      [words.corrections, project2.corrections.length, () => corrections(project2, go)],
      [words.gaps, project2.gaps.length, () => gaps(project2, go)],
      [words.unspoken, project2.unspoken.length, () => unspoken(project2)]
    ];
    let more = () => void 0;
    panel.addEventListener("scroll", () => {
      if (panel.scrollTop + panel.clientHeight > panel.scrollHeight - 200) more();
    });
    const choose = (index) => {
      [...tabs.children].forEach((tab, at2) => {
        tab.setAttribute("aria-selected", String(at2 === index));
        tab.setAttribute("tabindex", at2 === index ? "0" : "-1");
      });
      const rows = all[index]?.[2]();
      panel.replaceChildren();
      panel.scrollTop = 0;
      more = () => {
        for (let count = 0; rows && count < AT_ONCE; count += 1) {
          const row2 = rows.next();
          if (row2.done) return;
          panel.append(row2.value);
        }
      };
      more();
    };
    all.forEach(([name, count], index) => {
      const tab = element("button", { type: "button", role: "tab", "aria-controls": "panel" }, `${name} ${count}`);
      tab.addEventListener("click", () => choose(index));
      tab.addEventListener("keydown", (event) => {
        const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        event.stopPropagation();
        const next = (index + step + all.length) % all.length;
        choose(next);
        tabs.children[next].focus();
      });
      tabs.append(tab);
    });
    choose(0);
  }
  function row(time, go, ...children) {
    const made = element("button", { type: "button", class: "row" }, element("span", { class: "time" }, time === null ? "–" : clock(time)), ...children);
    if (time === null) made.disabled = true;
    made.addEventListener("click", () => go(time ?? 0));
    return made;
  }
  function* doubts(project2, look) {
    for (const doubt of project2.doubts) {
      const kind = element("span", { class: "faint" }, words.kinds[doubt.kind]);
      yield row(doubt.start, () => look(doubt), kind, ` ${doubt.about}`);
    }
  }
  function* chapters(project2, go) {
    for (const { start: start2, title, level } of project2.chapters) {
      const made = row(start2, go, title);
      made.dataset.level = String(level);
      yield made;
    }
  }
  function* speakers(project2) {
    for (const [index, { name, title, time }] of project2.speakers.entries()) {
      const shown = coloured(element("span", { class: "name" }, name), index);
      yield element("p", { class: "row" }, element("span", { class: "time" }, clock(time)), shown, ` ${title ?? ""}`);
    }
  }
  function* corrections(project2, go) {
    for (const { start: start2, wrong, right, tier } of project2.corrections) {
      const faint = element("span", { class: "faint" }, ` ${words.tiers[tier]}`);
      yield row(start2, go, element("del", {}, wrong), element("ins", {}, right), faint);
    }
  }
  function* gaps(project2, go) {
    for (const { start: start2, end, kind } of project2.gaps) {
      yield row(start2, go, `${words.sounds[kind]} ${(end - start2).toFixed(1)} s`);
    }
  }
  function* unspoken(project2) {
    for (const { line, text } of project2.unspoken) {
      yield element("p", { class: "row" }, element("span", { class: "time" }, words.line(line)), text);
    }
  }

  // src/wave.ts
  var SHORTEST = 4;
  var RULER = 16;
  var SILENCE = 1;
  var Wave = class {
    constructor(near, far, project2, seek) {
      this.near = near;
      this.far = far;
      this.project = project2;
      for (const canvas of [near, far]) new ResizeObserver(() => this.draw()).observe(canvas);
      near.addEventListener("pointerdown", (event) => seek(this.timeAt(event)));
      far.addEventListener("pointerdown", (event) => seek(event.offsetX / far.clientWidth * project2.duration));
      near.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    }
    zooms = [];
    sounds = [];
    span = 40;
    middle = 0;
    time = 0;
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
    zoom(factor) {
      this.span = Math.min(Math.max(this.span * factor, SHORTEST), Math.max(this.project.duration, SHORTEST));
      this.middle = this.time;
      this.draw();
    }
    wheel(event) {
      event.preventDefault();
      if (event.ctrlKey || event.altKey) {
        const there = this.timeAt(event);
        const before = this.span;
        this.span = Math.min(Math.max(this.span * Math.exp(event.deltaY / 300), SHORTEST), this.project.duration);
        this.middle = there + (this.middle - there) * this.span / before;
      } else {
        this.middle += (event.deltaX + event.deltaY) / this.near.clientWidth * this.span;
      }
      this.draw();
    }
    timeAt(event) {
      return this.middle - this.span / 2 + event.offsetX / this.near.clientWidth * this.span;
    }
    waiting = false;
    draw() {
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        this.drawSpan(this.near, this.middle - this.span / 2, this.span, true);
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
        this.drawCues(pen, from, span, x, body);
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
    drawCues(pen, from, span, x, height) {
      const { cues } = this.project;
      pen.font = "12px system-ui, sans-serif";
      pen.textBaseline = "top";
      const ink = getComputedStyle(this.near).getPropertyValue("--ink");
      for (let index = Math.max(0, at(cues, from)); index < cues.length; index += 1) {
        const cue = cues[index];
        if (!cue || cue.start > from + span) break;
        const [left, right] = [x(cue.start), x(cue.end)];
        const tint = cue.speaker === null ? "0 0% 50%" : `${hue(cue.speaker)} 55% 50%`;
        pen.fillStyle = `hsl(${tint} / 0.18)`;
        pen.fillRect(left, 0, right - left, height);
        pen.fillStyle = `hsl(${tint} / 0.8)`;
        pen.fillRect(left, 0, 1, height);
        pen.fillRect(right - 1, 0, 1, height);
        if (right - left < 30) continue;
        pen.save();
        pen.beginPath();
        pen.rect(left + 3, 0, right - left - 6, height);
        pen.clip();
        pen.fillStyle = ink;
        cue.lines.forEach((line, row2) => pen.fillText(line, left + 4, 3 + 14 * row2));
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
        pen.fillText(clock(time, step < 1), x(time) + 3, height - 13);
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
    const [project2, settled2] = await Promise.all([project(), settled()]);
    new Page(project2, settled2);
  }
  var Page = class {
    constructor(project2, settled2) {
      this.project = project2;
      this.settled = settled2;
      byId("name").textContent = project2.media ?? "";
      if (project2.media) this.player.src = "media";
      else tell(words.noMedia);
      const names = project2.speakers.map((speaker) => speaker.name);
      const seek = (time) => this.seek(time);
      this.list = new CueList(byId("cues"), project2.cues, names, (cue) => this.seek(cue.start));
      this.wave = new Wave(byId("near"), byId("far"), project2, seek);
      this.queue = new Queue(byId("doubt"), project2, (edit2) => this.act(() => edit(edit2)), {
        play: (start2, end) => this.play(start2, end),
        seek
      });
      panels(byId("tabs"), byId("panel"), project2, seek, (doubt) => this.queue.go(doubt));
      this.buttons();
      this.take(settled2);
      this.player.addEventListener("timeupdate", () => this.tick());
      this.player.addEventListener("seeked", () => this.tick());
      addEventListener("keydown", (event) => this.key(event));
      void this.hear();
      void this.news();
      const roll = () => {
        if (!this.player.paused) this.tick();
        requestAnimationFrame(roll);
      };
      requestAnimationFrame(roll);
      this.queue.show();
    }
    player = byId("player");
    list;
    wave;
    queue;
    until = Infinity;
    tick() {
      const time = this.player.currentTime;
      if (time >= this.until && !this.player.paused) {
        this.player.pause();
        this.until = Infinity;
      }
      byId("clock").textContent = `${clock(time, true)} / ${clock(this.project.duration)}`;
      this.wave.show(time);
      this.list.follow(time, !this.player.paused);
    }
    seek(time) {
      this.until = Infinity;
      this.player.currentTime = Math.max(0, time);
      this.wave.show(time);
      this.list.follow(time, true);
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
        const button = byId(id);
        button.textContent = name;
        button.addEventListener("click", press);
      };
      make("undo", words.undo, () => this.act(undo));
      make("redo", words.redo, () => this.act(redo));
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
      dialog.replaceChildren(element("table", {}, ...rows), close);
    }
    help() {
      byId("keys").showModal();
    }
    /** Does something at the server, one after the other, and shows what is settled then. */
    chain = Promise.resolve();
    act(ask2) {
      this.chain = this.chain.then(async () => {
        try {
          this.take(await ask2());
        } catch (fault) {
          tell(fault instanceof Refused ? fault.message : words.lost);
        }
      });
      return this.chain;
    }
    async save() {
      try {
        this.take(await save());
      } catch (fault) {
        const isChanged = fault instanceof Refused && fault.status === 409;
        if (isChanged && confirm(`${fault.message}

${words.changed}`)) await this.act(() => save(true));
        else tell(fault instanceof Refused ? fault.message : words.lost);
      }
    }
    take(settled2) {
      if (settled2.acts < this.settled.acts) return;
      this.settled = settled2;
      byId("undo").disabled = !settled2.undo;
      byId("redo").disabled = !settled2.redo;
      this.queue.settle(settled2);
      const left = this.queue.left();
      byId("left").textContent = left > 0 ? words.left(left) : words.nothingLeft;
      tell(settled2.unsaved > 0 ? words.unsaved : settled2.acts > 0 ? words.saved : "");
    }
    /** What other windows do is shown here too. */
    async news() {
      for (; ; ) {
        try {
          this.take(await settled(this.settled.acts));
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
      const types = target instanceof HTMLInputElement;
      const presses = target instanceof HTMLButtonElement && (event.key === " " || event.key === "Enter");
      if (presses || types && !(event.ctrlKey && event.key === "s")) return;
      event.preventDefault();
      command();
    }
    command(event) {
      const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
      const letter = key.length === 1 ? key.toLowerCase() : key;
      if (ctrlKey || metaKey) {
        if (letter === "z") return () => void this.act(shiftKey ? redo : undo);
        if (letter === "y") return () => void this.act(redo);
        if (letter === "s") return () => void this.save();
        return void 0;
      }
      const step = altKey ? 0.5 : 1;
      const commands = {
        ArrowLeft: () => this.seek(this.player.currentTime - step),
        ArrowRight: () => this.seek(this.player.currentTime + step),
        F5: () => this.queue.play(),
        F8: () => shiftKey ? this.queue.back() : this.queue.next()
      };
      if (altKey) {
        commands.ArrowUp = () => this.cue(-1);
        commands.ArrowDown = () => this.cue(1);
        return commands[letter];
      }
      Object.assign(commands, {
        " ": () => this.toggle(),
        n: () => this.queue.next(),
        p: () => this.queue.back(),
        a: () => this.queue.accept(),
        r: () => this.queue.reject(),
        e: () => this.queue.edit(),
        l: () => this.queue.later(),
        s: () => this.queue.toggleEverywhere(),
        "+": () => this.wave.zoom(0.5),
        "=": () => this.wave.zoom(0.5),
        "-": () => this.wave.zoom(2),
        "?": () => this.help()
      });
      return commands[letter];
    }
    cue(step) {
      const { cues } = this.project;
      const now = cues.findIndex((cue) => cue.end > this.player.currentTime);
      const next = cues[Math.min(Math.max((now < 0 ? cues.length - 1 : now) + step, 0), cues.length - 1)];
      if (next) this.seek(next.start);
    }
  };
  start().catch((fault) => tell(fault instanceof Error ? fault.message : words.lost));
})();
