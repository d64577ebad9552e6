// The waveform, what sounds, and the subtitles on it; below it the whole recording.

import { at, clock, hue } from './dom';
import * as server from './server';
import type { Project } from './server';

const SHORTEST = 4;
const RULER = 16;
const SILENCE = 1;

export class Wave {
  private zooms: { rate: number; peaks: Uint8Array }[] = [];
  private sounds: { start: number; sound: number }[] = [];
  private span = 40;
  private middle = 0;
  private time = 0;

  constructor(
    private readonly near: HTMLCanvasElement,
    private readonly far: HTMLCanvasElement,
    private readonly project: Project,
    seek: (time: number) => void,
  ) {
    for (const canvas of [near, far]) new ResizeObserver(() => this.draw()).observe(canvas);
    near.addEventListener('pointerdown', (event) => seek(this.timeAt(event)));
    far.addEventListener('pointerdown', (event) => seek((event.offsetX / far.clientWidth) * project.duration));
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

  private waiting = false;

  draw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.drawSpan(this.near, this.middle - this.span / 2, this.span, true);
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
      this.drawCues(pen, from, span, x, body);
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

  private drawCues(pen: CanvasRenderingContext2D, from: number, span: number, x: (time: number) => number, height: number): void {
    const { cues } = this.project;
    pen.font = '12px system-ui, sans-serif';
    pen.textBaseline = 'top';
    const ink = getComputedStyle(this.near).getPropertyValue('--ink');
    for (let index = Math.max(0, at(cues, from)); index < cues.length; index += 1) {
      const cue = cues[index];
      if (!cue || cue.start > from + span) break;
      const [left, right] = [x(cue.start), x(cue.end)];
      const tint = cue.speaker === null ? '0 0% 50%' : `${hue(cue.speaker)} 55% 50%`;
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
      pen.fillText(clock(time, step < 1), x(time) + 3, height - 13);
    }
  }
}
