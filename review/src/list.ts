// The list of subtitles: only the rows in sight are in the page, whatever its length.

import { at, clock, coloured, element } from './dom';
import type { Cue, Project } from './server';

const ROW = 46;
const AROUND = 6;

export class CueList {
  private readonly canvas = element('div', { class: 'rows' });
  private readonly rows = new Map<number, HTMLElement>();
  private current = -1;
  private chosen: [from: number, to: number] = [-1, -1];

  constructor(
    private readonly frame: HTMLElement,
    private readonly project: Project,
    choose: (cue: number, further: boolean) => void,
    open: () => void,
  ) {
    frame.replaceChildren(this.canvas);
    frame.addEventListener('scroll', () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(frame);
    const cueOf = (event: Event) => (event.target as HTMLElement).closest<HTMLElement>('.cue')?.dataset.at;
    this.canvas.addEventListener('click', (event) => {
      const cue = cueOf(event);
      if (cue !== undefined) choose(Number(cue), event.shiftKey);
    });
    this.canvas.addEventListener('dblclick', open);
    this.refresh();
  }

  /** Shows the subtitles as they are now. */
  refresh(): void {
    this.canvas.style.height = `${this.project.cues.length * ROW}px`;
    this.canvas.replaceChildren();
    this.rows.clear();
    this.draw();
  }

  /** Marks the subtitles that are being edited. */
  choose(from: number, to: number, bring: boolean): void {
    this.chosen = [from, to];
    for (const [index, row] of this.rows) this.mark(row, index);
    if (bring) this.bring(from);
  }

  /** Marks the subtitle at a time, and brings it into sight where asked to. */
  follow(time: number, bring: boolean): void {
    const now = at(this.project.cues, time);
    if (now === this.current && !bring) return;
    this.rows.get(this.current)?.removeAttribute('aria-current');
    this.current = now;
    if (bring) this.bring(now);
    this.rows.get(now)?.setAttribute('aria-current', 'true');
  }

  private bring(cue: number): void {
    const top = Math.max(cue, 0) * ROW;
    const { scrollTop, clientHeight } = this.frame;
    if (top < scrollTop + ROW || top > scrollTop + clientHeight - 2 * ROW) this.frame.scrollTop = top - clientHeight / 3;
    this.draw();
  }

  private draw(): void {
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

  private row(cue: Cue, index: number): HTMLElement {
    const name = cue.speaker === null ? '' : (this.project.speakers[cue.speaker]?.name ?? '');
    const lines = cue.lines.map((line, at) => element('div', {}, ...shaded(line, at, cue)));
    const row = element(
      'div',
      { class: 'cue', 'data-at': String(index), role: 'listitem' },
      element('span', { class: 'time' }, clock(cue.start, 1)),
      coloured(element('span', { class: 'name' }, name), cue.speaker),
      element('span', { class: 'text' }, ...lines),
    );
    row.style.transform = `translateY(${index * ROW}px)`;
    if (cue.confidence !== null && cue.confidence < 0.75) row.classList.add(cue.confidence < 0.5 ? 'weak' : 'fair');
    if (index === this.current) row.setAttribute('aria-current', 'true');
    this.mark(row, index);
    return row;
  }

  private mark(row: HTMLElement, index: number): void {
    row.classList.toggle('chosen', index >= this.chosen[0] && index <= this.chosen[1]);
  }
}

/** A line whose words are marked where their times are not sure. */
function shaded(line: string, at: number, cue: Cue): (Node | string)[] {
  const chars = [...line];
  const parts: (Node | string)[] = [];
  let reached = 0;
  for (const [of, from, to] of cue.weak) {
    if (of !== at) continue;
    parts.push(chars.slice(reached, from).join(''), element('mark', {}, chars.slice(from, to).join('')));
    reached = to;
  }
  parts.push(chars.slice(reached).join(''));
  return parts;
}
