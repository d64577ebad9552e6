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

/** An element of the page that is there from the start. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** `1:02:03`, with tenths where asked for. */
export function clock(seconds: number, tenths = false): string {
  const whole = Math.floor(Math.max(0, seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  const rest = tenths ? `.${Math.floor((seconds - whole) * 10)}` : '';
  return (h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`) + rest;
}

/** The hue of a speaker; neighbours are far apart. */
export const hue = (speaker: number): number => Math.round((speaker * 137.508 + 210) % 360);

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
