// The waveform, what sounds, and the subtitles on it; below it the whole recording.

import { at, clock, hue } from './dom';
import * as server from './server';
import type { Project } from './server';

const SHORTEST = 4;
const RULER = 16;
const SILENCE = 1;
/** How near the pointer must be to an edge to take hold of it, and an edge to a border of sound to snap to it. */
const NEAR = 6;
/** How far the pointer moves before a press is a drag. */
const DRAG = 3;
const LEAST = 0.1;

interface Hold {
  cue: number;
  edge: 'start' | 'end' | 'whole';
  from: number;
  x: number;
  moved: boolean;
}

interface Hands {
  seek(time: number): void;
  choose(cue: number): void;
  retime(cue: number, start: number, end: number): void;
  /** Sets an edge of what is chosen. */
  set(edge: 'start' | 'end', time: number): void;
}

export class Wave {
  private zooms: { rate: number; peaks: Uint8Array }[] = [];
  private sounds: { start: number; sound: number }[] = [];
  private span = 40;
  private middle = this.span / 2;
  private time = 0;
  private chosen: [number, number] = [-1, -1];
  private hold: Hold | undefined;
  /** Where the subtitle that is held would lie. */
  private preview: { cue: number; start: number; end: number } | undefined;

  constructor(
    private readonly near: HTMLCanvasElement,
    private readonly far: HTMLCanvasElement,
    private readonly project: Project,
    private readonly hands: Hands,
  ) {
    for (const canvas of [near, far]) new ResizeObserver(() => this.draw()).observe(canvas);
    near.addEventListener('pointerdown', (event) => this.down(event));
    near.addEventListener('pointermove', (event) => this.move(event));
    near.addEventListener('pointerup', (event) => this.up(event));
    near.addEventListener('pointercancel', () => this.release());
    far.addEventListener('pointerdown', (event) => hands.seek((event.offsetX / far.clientWidth) * project.duration));
    near.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  /** Fetches what the server has worked out: the coarse zooms are there at once, the finest last. */
  async load(zooms: number[], map: [number, number][]): Promise<void> {
    this.sounds = map.map(([ms, sound]) => ({ start: ms / 1000, sound }));
    for (const rate of [...zooms].sort((a, b) => a - b)) {
      this.zooms.push({ rate, peaks: await server.peaks(rate) });
      this.draw();
    }
  }

  show(time: number): void {
    this.time = time;
    const left = this.middle - this.span / 2;
    // The page is turned, not rolled: a picture that stands still is read with ease.
    if (time < left || time > left + this.span * 0.9) this.middle = time + this.span * 0.4;
    this.draw();
  }

  choose(from: number, to: number): void {
    this.chosen = [from, to];
    this.draw();
  }

  zoom(factor: number): void {
    this.span = Math.min(Math.max(this.span * factor, SHORTEST), Math.max(this.project.duration, SHORTEST));
    this.middle = this.time;
    this.draw();
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey || event.altKey) {
      const there = this.timeAt(event);
      const before = this.span;
      this.span = Math.min(Math.max(this.span * Math.exp(event.deltaY / 300), SHORTEST), this.project.duration);
      this.middle = there + ((this.middle - there) * this.span) / before;
    } else {
      this.middle += ((event.deltaX + event.deltaY) / this.near.clientWidth) * this.span;
    }
    this.draw();
  }

  private timeAt(event: MouseEvent): number {
    return this.middle - this.span / 2 + (event.offsetX / this.near.clientWidth) * this.span;
  }

  /** What the pointer would take hold of: an edge that is near, or the body of the subtitle that is chosen. */
  private under(event: MouseEvent): Pick<Hold, 'cue' | 'edge'> | undefined {
    const time = this.timeAt(event);
    const reach = (NEAR / this.near.clientWidth) * this.span;
    const { cues } = this.project;
    const here = at(cues, time);
    let best: (Pick<Hold, 'cue' | 'edge'> & { away: number }) | undefined;
    for (const cue of [here - 1, here, here + 1]) {
      for (const edge of ['start', 'end'] as const) {
        const there = cues[cue]?.[edge];
        if (there === undefined) continue;
        // Where two edges meet, the one on whose side the pointer is.
        const away = Math.abs(there - time) + ((edge === 'start') === time < there ? reach / 100 : 0);
        if (away <= reach && (!best || away < best.away)) best = { cue, edge, away };
      }
    }
    const inside = cues[here];
    if (best || !inside || time >= inside.end || here !== this.chosen[0] || here !== this.chosen[1]) return best;
    return { cue: here, edge: 'whole' };
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const time = this.timeAt(event);
    if (event.shiftKey || event.ctrlKey) return this.hands.set(event.shiftKey ? 'start' : 'end', time);
    const held = this.under(event);
    this.hold = { cue: -1, edge: 'whole', ...held, from: time, x: event.offsetX, moved: false };
    this.near.setPointerCapture(event.pointerId);
  }

  private move(event: PointerEvent): void {
    const { hold } = this;
    if (!hold) {
      const held = this.under(event);
      this.near.style.cursor = !held ? 'text' : held.edge === 'whole' ? 'grab' : 'ew-resize';
      return;
    }
    if (Math.abs(event.offsetX - hold.x) > DRAG) hold.moved = true;
    const cue = this.project.cues[hold.cue];
    if (!cue || !hold.moved) return;
    const by = this.timeAt(event) - hold.from;
    const { start, end } = cue;
    const free = {
      start: this.project.cues[hold.cue - 1]?.end ?? 0,
      end: this.project.cues[hold.cue + 1]?.start ?? this.project.duration,
    };
    const bound = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
    const snapped = (value: number) => (event.altKey ? value : this.snap(value));
    if (hold.edge === 'start') {
      this.preview = { cue: hold.cue, start: bound(snapped(start + by), free.start, end - LEAST), end };
    } else if (hold.edge === 'end') {
      this.preview = { cue: hold.cue, start, end: bound(snapped(end + by), start + LEAST, free.end) };
    } else {
      const shift = bound(by, free.start - start, free.end - end);
      this.preview = { cue: hold.cue, start: start + shift, end: end + shift };
    }
    this.draw();
  }

  private up(event: PointerEvent): void {
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

  private release(): void {
    this.hold = undefined;
    this.preview = undefined;
    this.draw();
  }

  /** The border of sound that is near, or else the time itself. */
  private snap(time: number): number {
    const reach = (NEAR / this.near.clientWidth) * this.span;
    const here = at(this.sounds, time);
    const borders = [this.sounds[here]?.start, this.sounds[here + 1]?.start];
    const near = borders.filter((border) => border !== undefined && Math.abs(border - time) <= reach);
    return near[0] ?? time;
  }

  private waiting = false;

  draw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      const from = this.middle - this.span / 2;
      this.drawSpan(this.near, from, this.span, true);
      // What is to be seen, for whoever cannot.
      Object.assign(this.near.dataset, { from: String(from), span: String(this.span) });
      this.drawSpan(this.far, 0, this.project.duration, false);
    });
  }

  private drawSpan(canvas: HTMLCanvasElement, from: number, span: number, near: boolean): void {
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== width * ratio) canvas.width = width * ratio;
    if (canvas.height !== height * ratio) canvas.height = height * ratio;
    const pen = canvas.getContext('2d');
    if (!pen || width === 0) return;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const x = (time: number) => ((time - from) / span) * width;
    const body = near ? height - RULER : height;
    this.drawPeaks(pen, from, span, width, body, colour);
    if (near) {
      this.drawCues(pen, from, span, x, body, colour('ink'));
      this.ruler(pen, from, span, x, height, colour('faint'));
    } else {
      this.drawChapters(pen, x, body, colour);
    }
    pen.fillStyle = colour('head');
    pen.fillRect(x(this.time) - 1, 0, 2, height);
  }

  private drawPeaks(
    pen: CanvasRenderingContext2D,
    from: number,
    span: number,
    width: number,
    height: number,
    colour: (name: string) => string,
  ): void {
    const wanted = width / span;
    const fits = this.zooms.find((zoom) => zoom.rate >= wanted) ?? this.zooms[this.zooms.length - 1];
    if (!fits) return;
    const colours = [colour('speech'), colour('silence'), colour('music')];
    const middle = height / 2;
    for (let pixel = 0; pixel < width; pixel += 1) {
      const time = from + (pixel / width) * span;
      const first = Math.floor(time * fits.rate);
      const last = Math.max(first + 1, Math.floor((time + span / width) * fits.rate));
      let peak = 0;
      for (let index = Math.max(0, first); index < last; index += 1) peak = Math.max(peak, fits.peaks[index] ?? 0);
      const half = Math.max(0.5, (peak / 255) * middle * 0.95);
      pen.fillStyle = colours[this.sounds[at(this.sounds, time)]?.sound ?? SILENCE] ?? '';
      pen.fillRect(pixel, middle - half, 1, 2 * half);
    }
  }

  private drawCues(
    pen: CanvasRenderingContext2D,
    from: number,
    span: number,
    x: (time: number) => number,
    height: number,
    ink: string,
  ): void {
    const { cues } = this.project;
    pen.font = '12px system-ui, sans-serif';
    pen.textBaseline = 'top';
    for (let index = Math.max(0, at(cues, from)); index < cues.length; index += 1) {
      const cue = cues[index];
      if (!cue || cue.start > from + span) break;
      const { start, end } = this.preview?.cue === index ? this.preview : cue;
      const [left, right] = [x(start), x(end)];
      const tint = cue.speaker === null ? '0 0% 50%' : `${hue(cue.speaker)} 55% 50%`;
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

  private drawChapters(pen: CanvasRenderingContext2D, x: (time: number) => number, height: number, colour: (name: string) => string): void {
    pen.fillStyle = colour('ink');
    for (const { start, level } of this.project.chapters) {
      if (level <= 2) pen.fillRect(x(start), level === 1 ? 0 : height / 2, 1, height);
    }
  }

  private ruler(pen: CanvasRenderingContext2D, from: number, span: number, x: (time: number) => number, height: number, faint: string): void {
    const steps = [0.5, 1, 2, 5, 10, 30, 60, 300, 600, 1800];
    const step = steps.find((step) => span / step <= 12) ?? 3600;
    pen.fillStyle = faint;
    for (let time = Math.ceil(from / step) * step; time < from + span; time += step) {
      if (time < 0) continue;
      pen.fillRect(x(time), height - RULER, 1, 4);
      pen.fillText(clock(time, step < 1 ? 1 : 0), x(time) + 3, height - 13);
    }
  }
}
