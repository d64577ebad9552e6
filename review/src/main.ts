// The page: it holds the project, and puts its parts together.

import { at, byId, clock, element } from './dom';
import { Editor } from './editor';
import { CueList } from './list';
import { Panels } from './panels';
import { Queue } from './queue';
import * as server from './server';
import type { Doubt, Edit, News, Patch, Project, State } from './server';
import { Wave } from './wave';
import { isChinese, words } from './words';

document.documentElement.lang = isChinese ? 'zh' : 'en';
document.title = `zimu ${words.title}`;

const status = byId('status');

function tell(text: string): void {
  status.textContent = text;
}

async function start(): Promise<void> {
  const { project, state } = await server.project();
  new Page(project, state);
}

class Page {
  private readonly player = byId('player') as HTMLVideoElement;
  private readonly list: CueList;
  private readonly wave: Wave;
  private readonly queue: Queue;
  private readonly editor: Editor;
  private readonly panels: Panels;
  private until = Infinity;

  constructor(
    private readonly project: Project,
    private state: State,
  ) {
    byId('name').textContent = project.media ?? '';
    if (project.media) this.player.src = 'media';
    const act = (edit: Edit) => this.edit(edit);
    const seek = (time: number) => this.seek(time);
    const time = () => this.player.currentTime;
    const look = (doubt: Doubt) => this.look(doubt.start);
    this.list = new CueList(
      byId('cues'),
      project,
      (cue, further) => this.choose(cue, further),
      () => this.editor.focus(),
    );
    this.wave = new Wave(byId('near') as HTMLCanvasElement, byId('far') as HTMLCanvasElement, project, {
      seek,
      choose: (cue) => this.editor.choose(cue, cue),
      retime: (cue, start, end) => this.editor.retime(cue, start, end),
      set: (edge, time) => {
        seek(time);
        this.editor.set(edge, time);
      },
    });
    this.editor = new Editor(project, {
      act,
      time,
      tell,
      choose: (from, to, bring) => {
        this.list.choose(from, to, bring);
        this.wave.choose(from, to);
      },
    });
    this.queue = new Queue(byId('doubt'), project, {
      act,
      look,
      play: (start, end) => this.play(start, end),
      write: (doubt) => {
        if (doubt.kind === 'gap') this.editor.insert(doubt.start, doubt.end);
        else if (doubt.kind === 'turn') this.editor.focusSpeaker();
        else if (doubt.kind === 'name') this.panels.name(doubt.about);
        else this.editor.focus();
      },
    });
    this.panels = new Panels(byId('tabs'), byId('panel'), project, {
      act,
      seek,
      time,
      look: (doubt) => this.queue.go(doubt),
      write: (start, end) => this.editor.insert(start, end),
    });
    this.buttons();
    this.shown();
    if (!project.media) tell(words.noMedia);
    this.player.addEventListener('loadedmetadata', () => this.player.classList.toggle('sound', this.player.videoWidth === 0));
    this.player.addEventListener('timeupdate', () => this.tick());
    this.player.addEventListener('seeked', () => this.tick());
    addEventListener('keydown', (event) => this.key(event));
    addEventListener('beforeunload', (event) => {
      if (this.editor.isDirty()) event.preventDefault();
    });
    void this.hear();
    void this.news();
    const roll = () => {
      if (!this.player.paused) this.tick();
      requestAnimationFrame(roll);
    };
    requestAnimationFrame(roll);
    this.queue.show();
    if (project.cues.length > 0) this.editor.choose(0, 0);
  }

  private tick(): void {
    const time = this.player.currentTime;
    if (time >= this.until && !this.player.paused) {
      this.player.pause();
      this.until = Infinity;
    }
    byId('clock').textContent = `${clock(time, 1)} / ${clock(this.project.duration)}`;
    this.wave.show(time);
    this.list.follow(time, !this.player.paused);
  }

  private seek(time: number): void {
    this.until = Infinity;
    this.player.currentTime = Math.max(0, time);
    this.wave.show(time);
    this.list.follow(time, false);
  }

  private choose(cue: number, further: boolean): void {
    if (further) return this.editor.reach(cue);
    this.editor.choose(cue, cue);
    this.seek(this.project.cues[cue]?.start ?? 0);
  }

  /** Goes to a time, and to the subtitle there. */
  private look(time: number): void {
    this.seek(time);
    const cue = Math.max(at(this.project.cues, time), 0);
    this.editor.choose(cue, cue);
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
    make('undo', words.undo, () => void this.act(server.undo));
    make('redo', words.redo, () => void this.act(server.redo));
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
    const half = Math.ceil(rows.length / 2);
    const tables = [rows.slice(0, half), rows.slice(half)].map((rows) => element('table', {}, ...rows));
    dialog.replaceChildren(element('div', { class: 'tables' }, ...tables), close);
  }

  private help(): void {
    (byId('keys') as HTMLDialogElement).showModal();
  }

  /** Does something at the server, one after the other, and shows what is new then. */
  private chain: Promise<unknown> = Promise.resolve();

  private act(ask: (after: number) => Promise<News>): Promise<boolean> {
    const done = this.chain.then(async () => {
      try {
        const after = this.state.acts;
        this.take(await ask(after), after);
        return true;
      } catch (fault) {
        tell(fault instanceof server.Refused ? (words.refusals[fault.message] ?? fault.message) : words.lost);
        return false;
      }
    });
    this.chain = done;
    return done;
  }

  private async edit(edit: Edit): Promise<boolean> {
    const before = this.state.acts;
    const done = await this.act((after) => server.edit(edit, after));
    if (done && this.state.acts === before && 'term' in edit) tell(words.nothingFound);
    return done;
  }

  private async save(): Promise<void> {
    (document.activeElement as HTMLElement | null)?.blur();
    const asked = (fault: unknown) =>
      fault instanceof server.Refused && fault.status === 409 && confirm(`${fault.message}\n\n${words.changed}`);
    await this.act(async (after) => {
      try {
        return await server.save(after, false);
      } catch (fault) {
        if (asked(fault)) return server.save(after, true);
        throw fault;
      }
    });
  }

  /** Takes what is new after so many acts; some of it may be known already. */
  private take({ state, patches }: News, after: number): void {
    if (!patches) return location.reload();
    if (state.acts < this.state.acts) return;
    const parts = new Set<string>();
    for (const patch of patches.slice(this.state.acts - after)) this.patch(patch, parts);
    this.state = state;
    if (parts.size > 0) this.refresh(parts);
    this.shown();
  }

  private patch({ cues, ...others }: Patch, parts: Set<string>): void {
    Object.assign(this.project, others);
    Object.keys(others).forEach((part) => parts.add(part));
    if (cues) {
      this.project.cues.splice(cues.at, cues.removed, ...cues.added);
      this.editor.shift(cues.at, cues.removed, cues.added.length);
      parts.add('cues');
    }
  }

  private refresh(parts: Set<string>): void {
    if (parts.has('cues') || parts.has('speakers')) {
      this.list.refresh();
      this.editor.show();
    }
    this.wave.draw();
    this.queue.refresh();
    this.panels.refresh(parts);
  }

  private shown(): void {
    const { state } = this;
    (byId('undo') as HTMLButtonElement).disabled = !state.undo;
    (byId('redo') as HTMLButtonElement).disabled = !state.redo;
    const left = this.queue.left();
    byId('left').textContent = left > 0 ? words.left(left) : words.nothingLeft;
    tell(state.unsaved > 0 ? words.unsaved : state.acts > 0 ? words.saved : '');
  }

  /** What other windows do is shown here too. */
  private async news(): Promise<void> {
    for (;;) {
      try {
        const after = this.state.acts;
        this.take(await server.news(after), after);
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
    const types = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    const presses = (target instanceof HTMLButtonElement || target instanceof HTMLSelectElement) && ['Enter', ' '].includes(event.key);
    if (presses || (types && !this.isOrderInText(event, target))) return;
    event.preventDefault();
    command();
  }

  /** While one types, only what types nothing is an order. */
  private isOrderInText(event: KeyboardEvent, target: HTMLElement): boolean {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const letter = key.toLowerCase();
    if (/^F\d+$/.test(key) || (altKey && (key === 'ArrowUp' || key === 'ArrowDown'))) return true;
    if (!ctrlKey && !metaKey) return false;
    // What was typed is undone by the browser, letter by letter.
    if (letter === 'z' || letter === 'y') return target instanceof HTMLTextAreaElement && !this.editor.isDirty();
    return letter === 's' || (letter === 'v' && altKey) || (letter === 'm' && shiftKey);
  }

  private command(event: KeyboardEvent): (() => void) | undefined {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    const letter = key.length === 1 ? key.toLowerCase() : key;
    const { editor, queue } = this;
    if (ctrlKey || metaKey) {
      if (letter === 'z') return () => void this.act(shiftKey ? server.redo : server.undo);
      if (letter === 'y') return () => void this.act(server.redo);
      if (letter === 's') return () => void this.save();
      if (letter === 'm' && shiftKey) return () => void editor.merge();
      if (letter === 'v' && altKey) return () => void editor.split();
      return undefined;
    }
    const step = altKey ? 0.5 : 1;
    const commands: Record<string, () => void> = {
      ArrowLeft: () => this.seek(this.player.currentTime - step),
      ArrowRight: () => this.seek(this.player.currentTime + step),
      F5: () => queue.play(),
      F8: () => (shiftKey ? queue.back() : queue.next()),
      F11: () => editor.set('start'),
      F12: () => editor.set('end'),
    };
    if (altKey) {
      commands.ArrowUp = () => this.seek(editor.step(-1));
      commands.ArrowDown = () => this.seek(editor.step(1));
      commands.Insert = () => editor.insert();
      return commands[letter];
    }
    Object.assign(commands, {
      ' ': () => this.toggle(),
      Enter: () => editor.focus(),
      Delete: () => void editor.remove(),
      n: () => queue.next(),
      p: () => queue.back(),
      a: () => queue.accept(),
      r: () => queue.reject(),
      e: () => queue.edit(),
      l: () => queue.later(),
      s: () => queue.toggleEverywhere(),
      i: () => editor.insert(),
      g: () => void editor.realign(),
      '[': () => editor.set('start'),
      ']': () => editor.set('end'),
      ',': () => editor.nudge('start', -1),
      '.': () => editor.nudge('start', 1),
      '<': () => editor.nudge('end', -1),
      '>': () => editor.nudge('end', 1),
      '+': () => this.wave.zoom(0.5),
      '=': () => this.wave.zoom(0.5),
      '-': () => this.wave.zoom(2),
      '?': () => this.help(),
    });
    return commands[letter];
  }
}

start().catch((fault: unknown) => tell(fault instanceof Error ? fault.message : words.lost));
