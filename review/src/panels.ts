// The panels at the side: doubts, chapters, speakers, corrections, gaps, what is not spoken.

import { button, clock, coloured, element, field, seconds } from './dom';
import type { Chapter, Doubt, Edit, Project, Site } from './server';
import { words } from './words';

/** Rows that are made at once; a list of thousands is made as it is scrolled. */
const AT_ONCE = 200;

interface Page {
  act(edit: Edit): Promise<boolean>;
  seek(time: number): void;
  time(): number;
  look(doubt: Doubt): void;
  /** Begins a subtitle in a stretch of time. */
  write(start: number, end: number): void;
}

interface Panel {
  name: string;
  /** The parts of the project that it shows. */
  of: (keyof Project)[];
  count: () => number;
  rows: () => Iterator<HTMLElement>;
}

export class Panels {
  private chosen = 0;
  private more: () => void = () => undefined;
  private readonly all: Panel[];

  constructor(
    private readonly tabs: HTMLElement,
    private readonly panel: HTMLElement,
    private readonly project: Project,
    private readonly page: Page,
  ) {
    this.all = [
      { name: words.doubts, of: ['doubts'], count: () => project.doubts.filter(({ open }) => open).length, rows: () => this.doubts() },
      { name: words.chapters, of: ['chapters', 'sites'], count: () => project.chapters.length, rows: () => this.chapters() },
      { name: words.speakers, of: ['speakers'], count: () => project.speakers.filter(({ time }) => time > 0).length, rows: () => this.speakers() },
      { name: words.corrections, of: ['corrections'], count: () => project.corrections.length, rows: () => this.corrections() },
      { name: words.gaps, of: ['gaps'], count: () => project.gaps.length, rows: () => this.gaps() },
      { name: words.unspoken, of: ['unspoken'], count: () => project.unspoken.length, rows: () => this.unspoken() },
    ];
    panel.addEventListener('scroll', () => {
      if (panel.scrollTop + panel.clientHeight > panel.scrollHeight - 200) this.more();
    });
    this.all.forEach((_, index) => {
      const tab = element('button', { type: 'button', role: 'tab', 'aria-controls': 'panel' });
      tab.addEventListener('click', () => this.choose(index));
      tab.addEventListener('keydown', (event) => {
        const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
        if (step === 0) return;
        event.preventDefault();
        event.stopPropagation();
        const next = (index + step + this.all.length) % this.all.length;
        this.choose(next);
        (tabs.children[next] as HTMLElement).focus();
      });
      tabs.append(tab);
    });
    this.refresh(new Set());
    this.choose(0);
  }

  /** Shows what became of some parts of the project. */
  refresh(parts: Set<string>): void {
    this.all.forEach(({ name, count }, index) => {
      const tab = this.tabs.children[index];
      if (tab) tab.textContent = `${name} ${count()}`;
    });
    if (this.all[this.chosen]?.of.some((part) => parts.has(part))) this.fill();
  }

  /** Lets the user say what a speaker is called. */
  name(name: string): void {
    this.choose(this.all.findIndex(({ of }) => of.includes('speakers')));
    const speaker = this.project.speakers.findIndex((one) => one.name === name);
    this.panel.querySelector<HTMLInputElement>(`[data-field="name-${speaker}"]`)?.select();
  }

  private choose(index: number): void {
    this.chosen = index;
    [...this.tabs.children].forEach((tab, at) => {
      tab.setAttribute('aria-selected', String(at === index));
      tab.setAttribute('tabindex', at === index ? '0' : '-1');
    });
    this.panel.scrollTop = 0;
    this.fill();
  }

  private fill(): void {
    const { scrollTop } = this.panel;
    const focused = this.panel.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.field : undefined;
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
    if (focused) this.panel.querySelector<HTMLElement>(`[data-field="${focused}"]`)?.focus();
  }

  private row(time: number | null, ...children: (Node | string)[]): HTMLElement {
    const made = element('button', { type: 'button', class: 'row' }, element('span', { class: 'time' }, time === null ? '–' : clock(time)), ...children);
    if (time === null) made.disabled = true;
    made.addEventListener('click', () => this.page.seek(time ?? 0));
    return made;
  }

  private *doubts(): Iterator<HTMLElement> {
    for (const doubt of this.project.doubts) {
      const made = this.row(doubt.start, element('span', { class: 'faint' }, words.kinds[doubt.kind]), ` ${doubt.about}`);
      made.classList.toggle('settled', !doubt.open);
      made.addEventListener('click', () => this.page.look(doubt));
      yield made;
    }
  }

  private *chapters(): Iterator<HTMLElement> {
    const { chapters, sites } = this.project;
    yield element('div', { class: 'row' }, ...sites.map((site) => element('div', { class: 'limits' }, ...limits(site, chapters))));
    for (const [index, chapter] of chapters.entries()) yield this.chapter(chapter, index);
    const add = button(words.addChapter, '', () => {
      const level = Math.min(...chapters.map((chapter) => chapter.level), 2);
      const added = { start: this.page.time(), title: words.newChapter, level, speaker: null };
      void this.head([...chapters, added]);
    });
    yield element('p', { class: 'row' }, add);
  }

  private chapter(chapter: Chapter, index: number): HTMLElement {
    const { chapters, sites } = this.project;
    const change = (changed: Partial<Chapter>) => void this.head(chapters.map((one) => (one === chapter ? { ...one, ...changed } : one)));
    const go = element('button', { type: 'button', 'aria-label': words.goTo, title: words.goTo }, '▸');
    go.addEventListener('click', () => this.page.seek(chapter.start));
    const start = field(words.start, clock(chapter.start, 1), (value) => {
      const time = seconds(value);
      if (time === undefined) start.value = clock(chapter.start, 1);
      else change({ start: time });
    });
    const title = field(words.chapterTitle, chapter.title, (value) => change({ title: value }));
    const level = element('select', { 'aria-label': words.level, title: words.level });
    for (const one of [1, 2, 3]) level.append(element('option', { value: String(one) }, String(one)));
    level.value = String(chapter.level);
    level.addEventListener('change', () => change({ level: Number(level.value) }));
    const remove = element('button', { type: 'button', 'aria-label': words.remove, title: words.remove }, '×');
    remove.addEventListener('click', () => void this.head(chapters.filter((one) => one !== chapter)));
    const room = element('span', { class: 'limits' });
    const count = () => {
      const length = [...title.value].length;
      room.replaceChildren(...sites.map((site) => within(`${length}/${site.title}`, length <= site.title)));
    };
    title.addEventListener('input', count);
    count();
    for (const [name, input] of Object.entries({ go, start, level, remove, title })) input.dataset.field = `${name}-${index}`;
    start.classList.add('short');
    const made = element('div', { class: 'row chapter' }, go, start, level, remove, room, title);
    made.dataset.level = String(chapter.level);
    return made;
  }

  private head(chapters: Omit<Chapter, 'end'>[]): Promise<boolean> {
    const headings = chapters.map(({ start, title, level, speaker }) => ({ start, title, level, speaker }));
    return this.page.act({ chapters: { headings } });
  }

  private *speakers(): Iterator<HTMLElement> {
    for (const [index, { name, title, time }] of this.project.speakers.entries()) {
      // Somebody whose every word was given to others.
      if (time === 0) continue;
      const rename = () => void this.page.act({ rename: { speaker: index, name: named.value, title: titled.value } });
      const named = coloured(field(words.speaker, name, rename), index);
      const titled = field(words.office, title ?? '', rename);
      titled.placeholder = words.office;
      named.classList.add('name');
      named.dataset.field = `name-${index}`;
      titled.dataset.field = `title-${index}`;
      yield element('div', { class: 'row person' }, element('span', { class: 'time' }, clock(time)), named, titled);
    }
  }

  private *corrections(): Iterator<HTMLElement> {
    const term = field(words.term, '', (value) => {
      if (value.trim()) void this.page.act({ term: { term: value } }).then((done) => (term.value = done ? '' : value));
    });
    term.placeholder = words.term;
    term.dataset.field = 'term';
    yield element('div', { class: 'row' }, term);
    for (const { start, wrong, right, tier, applied } of this.project.corrections) {
      const faint = element('span', { class: 'faint' }, ` ${words.tiers[tier]}${applied ? ` ✓` : ''}`);
      yield this.row(start, element('del', {}, wrong), element('ins', {}, right), faint);
    }
  }

  private *gaps(): Iterator<HTMLElement> {
    for (const { start, end, kind } of this.project.gaps) {
      const made = this.row(start, `${words.sounds[kind]} ${(end - start).toFixed(1)} s`);
      if (kind === 'untranscribed') made.addEventListener('dblclick', () => this.page.write(start, end));
      yield made;
    }
  }

  private *unspoken(): Iterator<HTMLElement> {
    for (const { line, text } of this.project.unspoken) {
      yield element('p', { class: 'row' }, element('span', { class: 'time' }, words.line(line)), text);
    }
  }
}

function within(text: string, fits: boolean): HTMLElement {
  return element('span', { class: fits ? 'faint' : 'over' }, `${text} `);
}

/** What becomes of the chapters in the list for a site. */
function limits({ name, taken, title }: Site, chapters: Chapter[]): HTMLElement[] {
  const long = chapters.filter((chapter) => [...chapter.title].length > title).length;
  return [
    element('b', {}, `${name} `),
    within(taken === null ? words.noList : words.taken(taken, chapters.length), taken !== null),
    ...(long > 0 ? [within(words.tooLong(long, title), false)] : []),
  ];
}
