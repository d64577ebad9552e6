// The subtitle that is being edited: its text, its time, who speaks.

import { at, button, byId, clock, columns, element, field, seconds } from './dom';
import type { Cue, Edit, Project } from './server';
import { words } from './words';

const NUDGE = 0.05;
/** How long a subtitle is that is put in where nothing says so. */
const NEW = 2;
const SHORTEST = 0.1;
/** A subtitle that is put in is no longer than this; what is said in a long gap needs several. */
const LONGEST = 7;

interface Page {
  act(edit: Edit): Promise<boolean>;
  time(): number;
  tell(text: string): void;
  choose(from: number, to: number, bring: boolean): void;
}

export class Editor {
  private from = -1;
  private to = -1;
  /** The time of a subtitle that is being put in. */
  private fresh: { start: number; end: number } | undefined;
  private readonly text = element('textarea', { rows: '2', spellcheck: 'false', 'aria-label': words.text });
  private readonly measure = element('output', { class: 'faint' });
  private readonly start: HTMLInputElement;
  private readonly end: HTMLInputElement;
  private readonly speaker: HTMLInputElement;
  private readonly names = element('datalist', { id: 'names' });

  constructor(
    private readonly project: Project,
    private readonly page: Page,
  ) {
    this.start = field(words.start, '', (value) => this.typed(seconds(value), undefined));
    this.end = field(words.end, '', (value) => this.typed(undefined, seconds(value)));
    this.speaker = field(words.speaker, '', (name) => void this.give(name));
    this.speaker.setAttribute('list', 'names');
    this.speaker.placeholder = words.speaker;
    this.text.lang = project.language;
    this.text.addEventListener('input', () => this.measured());
    this.text.addEventListener('blur', () => void this.commit());
    this.text.addEventListener('keydown', (event) => this.key(event));
    const row = (...children: Node[]) => element('div', { class: 'actions' }, ...children);
    byId('editor').replaceChildren(
      row(this.start, element('span', {}, '→'), this.end, this.speaker, this.names, this.measure),
      this.text,
      row(
        button(words.split, 'Ctrl+Alt+V', () => void this.split()),
        button(words.merge, 'Ctrl+Shift+M', () => void this.merge()),
        button(words.insert, 'I', () => this.insert()),
        button(words.remove, 'Del', () => void this.remove()),
        button(words.realign, 'G', () => void this.realign()),
      ),
    );
    // A click on a button is not to lose where the cursor stood.
    byId('editor').addEventListener('mousedown', (event) => {
      if ((event.target as HTMLElement).closest('button')) event.preventDefault();
    });
    this.show();
  }

  /** Edits subtitles from one to another. */
  choose(from: number, to: number, bring = true): void {
    const last = this.project.cues.length - 1;
    if (this.isDirty()) void this.commit();
    this.fresh = undefined;
    [this.from, this.to] = [Math.min(from, last), Math.min(to, last)];
    this.page.choose(this.from, this.to, bring);
    this.show();
  }

  /** Chooses one more, up to there. */
  reach(cue: number): void {
    if (this.from < 0) this.choose(cue, cue);
    else this.choose(Math.min(this.from, cue), Math.max(this.to, cue), false);
  }

  step(by: number): number {
    const next = Math.min(Math.max(this.from + by, 0), this.project.cues.length - 1);
    this.choose(next, next);
    return this.cue()?.start ?? 0;
  }

  /** Other subtitles were put in or taken out before the chosen ones, which are further on then. */
  shift(at: number, removed: number, added: number): void {
    if (at + removed <= this.from) {
      this.from += added - removed;
      this.to += added - removed;
    }
    const last = this.project.cues.length - 1;
    [this.from, this.to] = [Math.min(this.from, last), Math.min(this.to, last)];
    this.page.choose(this.from, this.to, false);
  }

  /** Shows what is chosen as it is now; what is being typed stays. */
  show(): void {
    const cue = this.cue();
    this.names.replaceChildren(...this.project.speakers.map(({ name }) => element('option', { value: name })));
    const isOne = this.from === this.to;
    for (const input of [this.start, this.end]) input.disabled = !cue || !isOne || !!this.fresh;
    this.speaker.disabled = !cue || !!this.fresh;
    this.text.disabled = !(this.fresh || (cue && isOne));
    const span = this.fresh ?? cue;
    if (document.activeElement !== this.start) this.start.value = span ? clock(span.start, 3) : '';
    if (document.activeElement !== this.end) this.end.value = span ? clock(span.end, 3) : '';
    if (document.activeElement !== this.speaker) this.speaker.value = this.nameOf(cue);
    if (!this.isDirty()) this.fill(this.fresh ? '' : isOne ? (cue?.lines.join('\n') ?? '') : words.chosen(this.to - this.from + 1));
    this.text.placeholder = this.fresh ? words.fresh : words.chooseOne;
    this.measured();
  }

  /** Goes into the text. */
  focus(): void {
    if (this.text.disabled) return;
    this.text.focus();
    this.text.setSelectionRange(this.text.value.length, this.text.value.length);
  }

  /** Goes to who speaks. */
  focusSpeaker(): void {
    this.speaker.select();
  }

  private written = '';

  private fill(text: string): void {
    if (this.text.value !== text) this.text.value = text;
    this.written = text;
  }

  /** Whether something was typed that is not an edit yet. */
  isDirty(): boolean {
    return this.text.value !== this.written;
  }

  private cue(): Cue | undefined {
    return this.project.cues[this.from];
  }

  private nameOf(cue: Cue | undefined): string {
    return (!this.fresh && cue?.speaker != null && this.project.speakers[cue.speaker]?.name) || '';
  }

  private lines(): string[] {
    return this.text.value.split('\n');
  }

  private measured(): void {
    const span = this.fresh ?? this.cue();
    if (!span || this.text.disabled) {
      this.measure.textContent = '';
      return;
    }
    const { limits } = this.project;
    const widths = this.lines().filter((line) => line.trim()).map(columns);
    const speed = widths.reduce((sum, width) => sum + width, 0) / (span.end - span.start);
    this.measure.textContent = words.measured(widths.join(' + ') || '0', limits.columns, speed, limits.speed);
    const breaks = widths.some((width) => width > limits.columns) || widths.length > limits.lines || speed > limits.speed;
    this.measure.classList.toggle('over', breaks);
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      this.fill(this.written);
      this.fresh = undefined;
      this.show();
      this.text.blur();
    } else if (event.key === 'Enter' && event.ctrlKey) {
      event.preventDefault();
      const isFresh = this.fresh;
      void this.commit().then(() => {
        if (!isFresh) this.step(1);
        this.focus();
      });
    }
  }

  /** Makes an edit of what was typed. */
  async commit(): Promise<void> {
    if (!this.isDirty()) return;
    const [lines, cue, fresh] = [this.lines(), this.from, this.fresh];
    this.written = this.text.value;
    if (fresh) {
      this.fresh = undefined;
      const done = await this.page.act({ insert: { ...fresh, lines } });
      if (done) {
        const put = at(this.project.cues, fresh.start);
        this.fill(this.text.value);
        return this.choose(put, put);
      }
    } else if (cue >= 0 && (await this.page.act({ text: { cue, lines } }))) return;
    this.fill(this.text.value);
    this.show();
  }

  private typed(start: number | undefined, end: number | undefined): void {
    const cue = this.cue();
    if (cue && (start ?? end) !== undefined) this.retime(this.from, start ?? cue.start, end ?? cue.end);
    else this.show();
  }

  /** Gives a subtitle another time, as far as its neighbours leave room. */
  retime(index: number, start: number, end: number): void {
    const { cues, duration } = this.project;
    const free = { start: cues[index - 1]?.end ?? 0, end: cues[index + 1]?.start ?? duration };
    const from = Math.min(Math.max(start, free.start), free.end - SHORTEST);
    const to = Math.max(Math.min(end, free.end), from + SHORTEST);
    void this.page.act({ time: { cue: index, start: round(from), end: round(to) } });
  }

  nudge(edge: 'start' | 'end', by: number): void {
    const cue = this.cue();
    if (!cue || this.from !== this.to) return;
    const moved = { ...cue, [edge]: cue[edge] + by * NUDGE };
    this.retime(this.from, moved.start, moved.end);
  }

  /** Sets an edge to where the player stands, or to a time. */
  set(edge: 'start' | 'end', time = this.page.time()): void {
    const cue = this.cue();
    if (!cue || this.from !== this.to) return;
    const set = { ...cue, [edge]: time };
    if (set.start + SHORTEST > set.end) this.page.tell(words.noOrder);
    else this.retime(this.from, set.start, set.end);
  }

  async split(): Promise<void> {
    const cursor = this.text.selectionStart;
    if (document.activeElement !== this.text || this.from !== this.to) return this.page.tell(words.splitWhere);
    const before = this.text.value.slice(0, cursor).split('\n');
    await this.commit();
    const [line, at] = [before.length - 1, [...(before[before.length - 1] ?? '')].length];
    await this.page.act({ split: { cue: this.from, line, at } });
  }

  async merge(): Promise<void> {
    await this.commit();
    if (this.from >= 0) await this.page.act({ merge: { cue: this.from } });
  }

  /** Begins a subtitle in a stretch, or where the player stands. */
  insert(from = this.page.time(), to = from + NEW): void {
    const { cues, duration } = this.project;
    const before = at(cues, from);
    const start = Math.max(from, cues[before]?.end ?? 0);
    const next = cues[before + 1]?.start ?? duration;
    // A subtitle that lingers leaves room behind it.
    const end = Math.min(Math.max(to, start + SHORTEST), start + LONGEST, next);
    if (end - start < SHORTEST || start - from > NEW) return this.page.tell(words.notFree);
    if (this.isDirty()) void this.commit();
    this.fresh = { start: round(start), end: round(end) };
    this.show();
    this.focus();
  }

  async remove(): Promise<void> {
    if (this.from >= 0) await this.page.act({ delete: { from: this.from, to: this.to } });
  }

  async realign(): Promise<void> {
    await this.commit();
    if (this.from >= 0) await this.page.act({ align: { from: this.from, to: this.to } });
  }

  private async give(name: string): Promise<void> {
    if (this.from >= 0) await this.page.act({ give: { from: this.from, to: this.to, name } });
  }
}

const round = (time: number): number => Math.round(time * 1000) / 1000;
