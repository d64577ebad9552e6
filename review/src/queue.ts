// The queue of doubts: one at a time, a key each.

import { clock, element } from './dom';
import type { Correction, Doubt, Edit, Project, Settled } from './server';
import { words } from './words';

interface Sound {
  play(start: number, end: number): void;
  seek(time: number): void;
}

export class Queue {
  /** Doubts as they come: those for later are moved to the end. */
  private order: Doubt[];
  private here = 0;
  private everywhere = false;
  private settled: Settled | undefined;

  constructor(
    private readonly card: HTMLElement,
    private readonly project: Project,
    private readonly act: (edit: Edit) => Promise<void>,
    private readonly sound: Sound,
  ) {
    this.order = [...project.doubts];
  }

  settle(settled: Settled): void {
    this.settled = settled;
    this.show();
  }

  left(): number {
    return this.order.filter((doubt) => this.isOpen(doubt)).length;
  }

  private isOpen(doubt: Doubt): boolean {
    const { settled } = this;
    if (!settled) return true;
    const correction = this.correction(doubt);
    return correction ? !(correction.key in settled.decisions) : !settled.passed.includes(doubt.key);
  }

  private correction(doubt: Doubt | undefined): Correction | undefined {
    return doubt?.correction == null ? undefined : this.project.corrections[doubt.correction];
  }

  go(doubt: Doubt): void {
    this.here = this.order.indexOf(doubt);
    this.sound.seek(doubt.start);
    this.show();
  }

  play(): void {
    const doubt = this.order[this.here];
    if (doubt) this.sound.play(doubt.start, doubt.end);
  }

  /** The next one that is open, from here on and round. */
  next(step = 1): void {
    const count = this.order.length;
    for (let away = 1; away <= count; away += 1) {
      const index = (((this.here + step * away) % count) + count) % count;
      const doubt = this.order[index];
      if (doubt && this.isOpen(doubt)) return this.go(doubt);
    }
    this.show();
  }

  back(): void {
    this.next(-1);
  }

  later(): void {
    const [doubt] = this.order.splice(this.here, 1);
    if (!doubt) return;
    this.order.push(doubt);
    this.here -= 1;
    this.next();
  }

  toggleEverywhere(): void {
    this.everywhere = !this.everywhere;
    this.show();
  }

  accept(): void {
    const doubt = this.order[this.here];
    if (!doubt) return;
    if (this.correction(doubt)) void this.decide(doubt, 'accept');
    else void this.act({ pass: { doubts: [doubt.key], passed: true } }).then(() => this.next());
  }

  reject(): void {
    const doubt = this.order[this.here];
    if (this.correction(doubt) && doubt) void this.decide(doubt, 'reject');
  }

  edit(): void {
    const input = this.card.querySelector('input');
    const correction = this.correction(this.order[this.here]);
    if (!input || !correction) return;
    input.hidden = false;
    input.value = correction.right;
    input.focus();
    input.select();
  }

  /** The corrections of the same words, this one first. */
  private same(correction: Correction): Correction[] {
    const others = this.project.corrections.filter(
      (other) => other !== correction && other.wrong === correction.wrong && other.right === correction.right,
    );
    return [correction, ...others];
  }

  private async decide(doubt: Doubt, decision: string): Promise<void> {
    const correction = this.correction(doubt);
    if (!correction) return;
    const meant = this.everywhere ? this.same(correction) : [correction];
    await this.act({ decide: { corrections: meant.map((one) => one.key), decision } });
    this.next();
  }

  show(): void {
    const doubt = this.order[this.here];
    if (!doubt) {
      this.card.replaceChildren(element('p', {}, words.nothingLeft));
      return;
    }
    const correction = this.correction(doubt);
    const head = element(
      'p',
      { class: 'kind' },
      `${words.kinds[doubt.kind]}  ${clock(doubt.start)}`,
      ...(correction ? [`  ${words.line(correction.line)} · ${words.tiers[correction.tier]}`] : []),
    );
    const body = correction ? this.of(correction) : [element('p', { class: 'about' }, doubt.about)];
    this.card.replaceChildren(head, ...body, this.verdict(doubt), this.actions(correction));
  }

  private of(correction: Correction): HTMLElement[] {
    const { before, wrong, right, after, reason } = correction;
    const input = element('input', { type: 'text', 'aria-label': words.edited, placeholder: words.edited });
    input.hidden = true;
    input.addEventListener('keydown', (event) => {
      // Enter that ends a composition is the input method's.
      if (event.isComposing || event.keyCode === 229) return;
      const doubt = this.order[this.here];
      if (event.key === 'Enter' && doubt) void this.decide(doubt, `edit:${input.value}`);
      else if (event.key === 'Escape') this.show();
    });
    return [
      element('p', { class: 'place' }, before, element('del', {}, wrong), element('ins', {}, right), after),
      element('p', { class: 'reason' }, reason),
      input,
    ];
  }

  private verdict(doubt: Doubt): HTMLElement {
    const correction = this.correction(doubt);
    const decision = correction && this.settled?.decisions[correction.key];
    const word = decision?.split(':')[0] ?? '';
    const text = decision ? `${words.decided[word] ?? word} ${decision.slice(word.length + 1)}` : this.isOpen(doubt) ? '' : words.fine;
    return element('p', { class: 'verdict' }, text);
  }

  private actions(correction: Correction | undefined): HTMLElement {
    const button = (name: string, key: string, press: () => void) => {
      const made = element('button', { type: 'button', 'aria-keyshortcuts': key }, `${name} `, element('kbd', {}, key));
      made.addEventListener('click', press);
      return made;
    };
    const row = element('div', { class: 'actions' }, button(words.play, 'F5', () => this.play()));
    row.append(button(correction ? words.accept : words.fine, 'A', () => this.accept()));
    if (correction) {
      row.append(button(words.reject, 'R', () => this.reject()), button(words.edit, 'E', () => this.edit()));
      const count = this.same(correction).length;
      const all = button(count > 1 ? words.everywhereCount(count) : words.everywhere, 'S', () => this.toggleEverywhere());
      all.setAttribute('aria-pressed', String(this.everywhere));
      row.append(all);
    }
    row.append(button(words.later, 'L', () => this.later()));
    return row;
  }
}
