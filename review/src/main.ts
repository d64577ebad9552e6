// The page: it holds the project and what is settled, and puts its parts together.

import { byId, clock, element } from './dom';
import { CueList } from './list';
import { Queue } from './queue';
import * as server from './server';
import type { Project, Settled } from './server';
import { panels } from './panels';
import { Wave } from './wave';
import { isChinese, words } from './words';

document.documentElement.lang = isChinese ? 'zh' : 'en';
document.title = `zimu ${words.title}`;

const status = byId('status');

function tell(text: string): void {
  status.textContent = text;
}

async function start(): Promise<void> {
  const [project, settled] = await Promise.all([server.project(), server.settled()]);
  new Page(project, settled);
}

class Page {
  private readonly player = byId('player') as HTMLVideoElement;
  private readonly list: CueList;
  private readonly wave: Wave;
  private readonly queue: Queue;
  private until = Infinity;

  constructor(
    private readonly project: Project,
    private settled: Settled,
  ) {
    byId('name').textContent = project.media ?? '';
    if (project.media) this.player.src = 'media';
    else tell(words.noMedia);
    const names = project.speakers.map((speaker) => speaker.name);
    const seek = (time: number) => this.seek(time);
    this.list = new CueList(byId('cues'), project.cues, names, (cue) => this.seek(cue.start));
    this.wave = new Wave(byId('near') as HTMLCanvasElement, byId('far') as HTMLCanvasElement, project, seek);
    this.queue = new Queue(byId('doubt'), project, (edit) => this.act(() => server.edit(edit)), {
      play: (start, end) => this.play(start, end),
      seek,
    });
    panels(byId('tabs'), byId('panel'), project, seek, (doubt) => this.queue.go(doubt));
    this.buttons();
    this.take(settled);
    this.player.addEventListener('timeupdate', () => this.tick());
    this.player.addEventListener('seeked', () => this.tick());
    addEventListener('keydown', (event) => this.key(event));
    void this.hear();
    void this.news();
    const roll = () => {
      if (!this.player.paused) this.tick();
      requestAnimationFrame(roll);
    };
    requestAnimationFrame(roll);
    this.queue.show();
  }

  private tick(): void {
    const time = this.player.currentTime;
    if (time >= this.until && !this.player.paused) {
      this.player.pause();
      this.until = Infinity;
    }
    byId('clock').textContent = `${clock(time, true)} / ${clock(this.project.duration)}`;
    this.wave.show(time);
    this.list.follow(time, !this.player.paused);
  }

  private seek(time: number): void {
    this.until = Infinity;
    this.player.currentTime = Math.max(0, time);
    this.wave.show(time);
    this.list.follow(time, true);
  }

  private play(start: number, end: number): void {
    const AROUND = 0.6;
    this.seek(start - AROUND);
    this.until = end + AROUND;
    void this.player.play();
  }

  private toggle(): void {
    this.until = Infinity;
    if (this.player.paused) void this.player.play();
    else this.player.pause();
  }

  private buttons(): void {
    const make = (id: string, name: string, press: () => void) => {
      const button = byId(id) as HTMLButtonElement;
      button.textContent = name;
      button.addEventListener('click', press);
    };
    make('undo', words.undo, () => this.act(server.undo));
    make('redo', words.redo, () => this.act(server.redo));
    make('save', words.save, () => void this.save());
    make('help', words.help, () => this.help());
    byId('cues').setAttribute('aria-label', words.cues);
    byId('cues').lang = this.project.language;
    byId('near').setAttribute('aria-label', words.wave);
    byId('far').setAttribute('aria-label', words.overview);
    const dialog = byId('keys') as HTMLDialogElement;
    const rows = words.keys.map(([key, what]) => element('tr', {}, element('th', { scope: 'row' }, key), element('td', {}, what)));
    const close = element('button', { type: 'button' }, words.close);
    close.addEventListener('click', () => dialog.close());
    dialog.setAttribute('aria-label', words.help);
    dialog.replaceChildren(element('table', {}, ...rows), close);
  }

  private help(): void {
    (byId('keys') as HTMLDialogElement).showModal();
  }

  /** Does something at the server, one after the other, and shows what is settled then. */
  private chain: Promise<void> = Promise.resolve();

  private act(ask: () => Promise<Settled>): Promise<void> {
    this.chain = this.chain.then(async () => {
      try {
        this.take(await ask());
      } catch (fault) {
        tell(fault instanceof server.Refused ? fault.message : words.lost);
      }
    });
    return this.chain;
  }

  private async save(): Promise<void> {
    try {
      this.take(await server.save());
    } catch (fault) {
      const isChanged = fault instanceof server.Refused && fault.status === 409;
      if (isChanged && confirm(`${fault.message}\n\n${words.changed}`)) await this.act(() => server.save(true));
      else tell(fault instanceof server.Refused ? fault.message : words.lost);
    }
  }

  private take(settled: Settled): void {
    if (settled.acts < this.settled.acts) return;
    this.settled = settled;
    (byId('undo') as HTMLButtonElement).disabled = !settled.undo;
    (byId('redo') as HTMLButtonElement).disabled = !settled.redo;
    this.queue.settle(settled);
    const left = this.queue.left();
    byId('left').textContent = left > 0 ? words.left(left) : words.nothingLeft;
    tell(settled.unsaved > 0 ? words.unsaved : settled.acts > 0 ? words.saved : '');
  }

  /** What other windows do is shown here too. */
  private async news(): Promise<void> {
    for (;;) {
      try {
        this.take(await server.settled(this.settled.acts));
      } catch {
        tell(words.lost);
        await new Promise((later) => setTimeout(later, 2000));
      }
    }
  }

  private async hear(): Promise<void> {
    for (;;) {
      const state = await server.waveform();
      if ('zooms' in state) {
        byId('hearing').textContent = '';
        await this.wave.load(state.zooms, state.map);
        return;
      }
      if ('fault' in state) {
        byId('hearing').textContent = state.fault;
        return;
      }
      byId('hearing').textContent = words.hearing(state.total > 0 ? Math.floor((100 * state.done) / state.total) : 0);
      await new Promise((later) => setTimeout(later, 300));
    }
  }

  private key(event: KeyboardEvent): void {
    // An input method composes: its keys are letters, not orders.
    if (event.isComposing || event.keyCode === 229) return;
    const target = event.target as HTMLElement;
    const command = this.command(event);
    if (!command || target.closest('dialog')) return;
    const types = target instanceof HTMLInputElement;
    const presses = target instanceof HTMLButtonElement && (event.key === ' ' || event.key === 'Enter');
    if (presses || (types && !(event.ctrlKey && event.key === 's'))) return;
    event.preventDefault();
    command();
  }

  private command(event: KeyboardEvent): (() => void) | undefined {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const letter = key.length === 1 ? key.toLowerCase() : key;
    if (ctrlKey || metaKey) {
      if (letter === 'z') return () => void this.act(shiftKey ? server.redo : server.undo);
      if (letter === 'y') return () => void this.act(server.redo);
      if (letter === 's') return () => void this.save();
      return undefined;
    }
    const step = altKey ? 0.5 : 1;
    const commands: Record<string, () => void> = {
      ArrowLeft: () => this.seek(this.player.currentTime - step),
      ArrowRight: () => this.seek(this.player.currentTime + step),
      F5: () => this.queue.play(),
      F8: () => (shiftKey ? this.queue.back() : this.queue.next()),
    };
    if (altKey) {
      commands.ArrowUp = () => this.cue(-1);
      commands.ArrowDown = () => this.cue(1);
      return commands[letter];
    }
    Object.assign(commands, {
      ' ': () => this.toggle(),
      n: () => this.queue.next(),
      p: () => this.queue.back(),
      a: () => this.queue.accept(),
      r: () => this.queue.reject(),
      e: () => this.queue.edit(),
      l: () => this.queue.later(),
      s: () => this.queue.toggleEverywhere(),
      '+': () => this.wave.zoom(0.5),
      '=': () => this.wave.zoom(0.5),
      '-': () => this.wave.zoom(2),
      '?': () => this.help(),
    });
    return commands[letter];
  }

  private cue(step: number): void {
    const { cues } = this.project;
    const now = cues.findIndex((cue) => cue.end > this.player.currentTime);
    const next = cues[Math.min(Math.max((now < 0 ? cues.length - 1 : now) + step, 0), cues.length - 1)];
    if (next) this.seek(next.start);
  }
}

start().catch((fault: unknown) => tell(fault instanceof Error ? fault.message : words.lost));
