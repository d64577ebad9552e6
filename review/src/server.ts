// What the server tells and takes. Times are seconds.

export interface Cue {
  start: number;
  end: number;
  lines: string[];
  speaker: number | null;
  confidence: number | null;
  weak: [line: number, from: number, to: number][];
}

export interface Correction {
  key: string;
  line: number;
  wrong: string;
  right: string;
  tier: 'sure' | 'likely' | 'guess';
  reason: string;
  before: string;
  after: string;
  applied: boolean;
  /** "accept", "reject", or other words after "edit:", as in reports of corrections. */
  decision: string | null;
  start: number | null;
  end: number | null;
}

export type Kind = 'correction' | 'times' | 'unspoken' | 'gap' | 'turn' | 'name' | 'cue';

export interface Doubt {
  key: string;
  kind: Kind;
  start: number;
  end: number;
  about: string;
  correction: number | null;
  open: boolean;
}

export interface Chapter {
  start: number;
  end: number;
  title: string;
  level: number;
  speaker: number | null;
}

/** What a site takes of the chapters: how many stand in its list (none where it refuses it), how long titles are. */
export interface Site {
  name: string;
  taken: number | null;
  title: number;
}

export interface Project {
  language: 'zh' | 'en';
  duration: number;
  media: string | null;
  /** What a cue may have: columns of a line, lines, columns a second. */
  limits: { columns: number; lines: number; speed: number };
  speakers: { name: string; title: string | null; time: number }[];
  cues: Cue[];
  chapters: Chapter[];
  sites: Site[];
  gaps: { start: number; end: number; kind: 'silence' | 'music' | 'untranscribed' }[];
  unspoken: { line: number; text: string }[];
  corrections: Correction[];
  doubts: Doubt[];
}

export interface State {
  acts: number;
  unsaved: number;
  undo: boolean;
  redo: boolean;
}

export type Patch = Partial<Omit<Project, 'cues'>> & { cues?: { at: number; removed: number; added: Cue[] } };

/** What each act changed since the page asked; nothing where it has to be loaded anew. */
export interface News {
  state: State;
  patches: Patch[] | null;
}

export type Edit =
  | { decide: { corrections: string[]; decision: string | null } }
  | { pass: { doubts: string[]; passed: boolean } }
  | { text: { cue: number; lines: string[] } }
  | { time: { cue: number; start: number; end: number } }
  | { split: { cue: number; line: number; at: number } }
  | { merge: { cue: number } }
  | { insert: { start: number; end: number; lines: string[] } }
  | { delete: { from: number; to: number } }
  | { align: { from: number; to: number } }
  | { give: { from: number; to: number; name: string } }
  | { rename: { speaker: number; name: string; title: string } }
  | { chapters: { headings: Omit<Chapter, 'end'>[] } }
  | { term: { term: string } };

export type WaveformState =
  | { zooms: number[]; map: [ms: number, sound: number][] }
  | { fault: string }
  | { done: number; total: number };

/** The server refused, and said why. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    text: string,
  ) {
    super(text);
  }
}

async function ask(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(path, init);
  if (!response.ok) throw new Refused(response.status, await response.text());
  return response;
}

const post = async (path: string, body?: string): Promise<News> => (await ask(path, { method: 'POST', body })).json();

export const project = async (): Promise<{ state: State; project: Project }> => (await ask('project')).json();
export const news = async (after: number): Promise<News> => (await ask(`news?after=${after}`)).json();
export const waveform = async (): Promise<WaveformState> => (await ask('waveform')).json();
export const peaks = async (zoom: number): Promise<Uint8Array> =>
  new Uint8Array(await (await ask(`peaks?zoom=${zoom}`)).arrayBuffer());
export const edit = (edit: Edit, after: number): Promise<News> => post(`edit?after=${after}`, JSON.stringify(edit));
export const undo = (after: number): Promise<News> => post(`undo?after=${after}`);
export const redo = (after: number): Promise<News> => post(`redo?after=${after}`);
export const save = (after: number, over: boolean): Promise<News> => post(`save?after=${after}&over=${over}`);
