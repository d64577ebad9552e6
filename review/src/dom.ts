// Small pieces of page.

type Attributes = Record<string, string>;

/** An element with attributes and what stands in it; text is never taken for markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** A button, with the key that does the same. */
export function button(name: string, key: string, press: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button' }, name);
  if (key) {
    made.append(' ', element('kbd', {}, key));
    made.setAttribute('aria-keyshortcuts', key);
  }
  made.addEventListener('click', press);
  return made;
}

/** A field of text; what is in it counts when it is left or Enter is pressed, and Escape takes it back. */
export function field(name: string, value: string, done: (value: string) => void): HTMLInputElement {
  const made = element('input', { type: 'text', 'aria-label': name, title: name, autocomplete: 'off', spellcheck: 'false' });
  made.value = value;
  made.addEventListener('change', () => done(made.value));
  made.addEventListener('keydown', (event) => {
    // Keys of a composition are the input method's.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') {
      made.value = value;
      made.blur();
    }
  });
  return made;
}

/** An element of the page that is there from the start. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** `1:02:03`, with so many decimals. */
export function clock(seconds: number, decimals = 0): string {
  const unit = 10 ** decimals;
  const units = Math.round(Math.max(0, seconds) * unit);
  const whole = Math.floor(units / unit);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  const rest = decimals > 0 ? `.${String(units % unit).padStart(decimals, '0')}` : '';
  return (h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`) + rest;
}

/** The seconds that a clock shows, as [`clock`] writes it or with a comma; nothing where it shows none. */
export function seconds(text: string): number | undefined {
  const match = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:[.,]\d+)?)$/.exec(text.trim());
  if (!match) return undefined;
  const [, h = '0', m = '0', s = '0'] = match;
  return Number(h) * 3600 + Number(m) * 60 + Number(s.replace(',', '.'));
}

/** How many columns text takes: wide characters two. */
export const columns = (text: string): number =>
  [...text].reduce((sum, char) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char) ? 2 : 1), 0);

/** The hue of a speaker, as in the report and in pictures; neighbours are far apart. */
export const hue = (speaker: number): number => ((speaker % 360) * 137 + 205) % 360;

/** A style that the policy of the page allows: set by script, not written into the markup. */
export function coloured<T extends HTMLElement>(of: T, speaker: number | null): T {
  of.style.setProperty('--hue', speaker === null ? '0' : String(hue(speaker)));
  of.style.setProperty('--tint', speaker === null ? '0%' : '55%');
  return of;
}

/** The last index of `starts`, in order, that is not after `time`; -1 where all are. */
export function at(starts: readonly { start: number }[], time: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle]?.start ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
