// The queue of doubts: one at a time, a key each.

import { button, clock, element } from './dom';
import type { Correction, Doubt, Edit, Project } from './server';
import { words } from './words';

interface Page {
  act(edit: Edit): Promise<boolean>;
  play(start: number, end: number): void;
  /** Goes to where a doubt is, and chooses the subtitle there. */
  look(doubt: Doubt): void;
  /** Lets the user write what is said there. */
  write(doubt: Doubt): void;
}

export class Queue {
  /** Doubts as they come: those for later are moved to the end. */
  private order: Doubt[];
  private here = 0;
  private everywhere = false;

  constructor(
    private readonly card: HTMLElement,
    private readonly project: Project,
    private readonly page: Page,
  ) {
    this.order = [...project.doubts];
  }

  /** Takes the doubts as they are now, in the order in which they were. */
  refresh(): void {
    const now = new Map(this.project.doubts.map((doubt) => [doubt.key, doubt]));
    const key = this.order[this.here]?.key;
    const known = this.order.map(({ key }) => now.get(key)).filter((doubt) => doubt !== undefined);
    const before = new Set(known);
    this.order = [...known, ...this.project.doubts.filter((doubt) => !before.has(doubt))];
    const here = this.order.findIndex((doubt) => doubt.key === key);
    this.here = here >= 0 ? here : Math.min(this.here, Math.max(this.order.length - 1, 0));
    // What one is writing is not taken away.
    if (!this.card.contains(document.activeElement)) this.show();
  }

  left(): number {
    return this.project.doubts.filter((doubt) => doubt.open).length;
  }

  private correction(doubt: Doubt | undefined): Correction | undefined {
    return doubt?.correction == null ? undefined : this.project.corrections[doubt.correction];
  }

  go(doubt: Doubt): void {
    this.here = this.order.findIndex(({ key }) => key === doubt.key);
    this.page.look(doubt);
    this.show();
  }

  play(): void {
    const doubt = this.order[this.here];
    if (doubt) this.page.play(doubt.start, doubt.end);
  }

  /** The next one that is open, from here on and round. */
  next(step = 1): void {
    const count = this.order.length;
    for (let away = 1; away <= count; away += 1) {
      const index = (((this.here + step * away) % count) + count) % count;
      const doubt = this.order[index];
      if (doubt?.open) return this.go(doubt);
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
    else void this.settle({ pass: { doubts: [doubt.key], passed: true } });
  }

  reject(): void {
    const doubt = this.order[this.here];
    if (this.correction(doubt) && doubt) void this.decide(doubt, 'reject');
  }

  edit(): void {
    const doubt = this.order[this.here];
    const input = this.card.querySelector('input');
    const correction = this.correction(doubt);
    if (doubt && !correction) this.page.write(doubt);
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
    await this.settle({ decide: { corrections: meant.map((one) => one.key), decision } });
  }

  private async settle(edit: Edit): Promise<void> {
    (document.activeElement as HTMLElement | null)?.blur();
    if (await this.page.act(edit)) this.next();
    else this.show();
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
      else if (event.key === 'Escape') {
        input.blur();
        this.show();
      }
    });
    return [
      element('p', { class: 'place' }, before, element('del', {}, wrong), element('ins', {}, right), after),
      element('p', { class: 'reason' }, reason),
      input,
    ];
  }

  private verdict(doubt: Doubt): HTMLElement {
    const decision = this.correction(doubt)?.decision ?? null;
    const word = decision?.split(':')[0] ?? '';
    const text = decision !== null ? `${words.decided[word] ?? word} ${decision.slice(word.length + 1)}` : doubt.open ? '' : words.fine;
    return element('p', { class: 'verdict' }, text);
  }

  private actions(correction: Correction | undefined): HTMLElement {
    const row = element('div', { class: 'actions' }, button(words.play, 'F5', () => this.play()));
    row.append(button(correction ? words.accept : words.fine, 'A', () => this.accept()));
    if (correction) row.append(button(words.reject, 'R', () => this.reject()));
    row.append(button(words.edit, 'E', () => this.edit()));
    if (correction) {
      const count = this.same(correction).length;
      const all = button(count > 1 ? words.everywhereCount(count) : words.everywhere, 'S', () => this.toggleEverywhere());
      all.setAttribute('aria-pressed', String(this.everywhere));
      row.append(all);
    }
    row.append(button(words.later, 'L', () => this.later()));
    return row;
  }
}
