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
  start: number | null;
  end: number | null;
}

export type Kind = 'correction' | 'times' | 'unspoken' | 'gap' | 'turn' | 'cue';

export interface Doubt {
  key: string;
  kind: Kind;
  start: number;
  end: number;
  about: string;
  correction: number | null;
}

export interface Project {
  language: 'zh' | 'en';
  duration: number;
  media: string | null;
  speakers: { name: string; title: string | null; time: number }[];
  cues: Cue[];
  chapters: { start: number; end: number; title: string; level: number }[];
  gaps: { start: number; end: number; kind: 'silence' | 'music' | 'untranscribed' }[];
  unspoken: { line: number; text: string }[];
  corrections: Correction[];
  doubts: Doubt[];
}

/** A decision is "accept", "reject", or other words after "edit:", as in reports of corrections. */
export interface Settled {
  acts: number;
  unsaved: number;
  decisions: Record<string, string>;
  passed: string[];
  undo: boolean;
  redo: boolean;
}

export type Edit =
  | { decide: { corrections: string[]; decision: string | null } }
  | { pass: { doubts: string[]; passed: boolean } };

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

export const project = async (): Promise<Project> => (await ask('project')).json();
export const settled = async (after?: number): Promise<Settled> =>
  (await ask(after === undefined ? 'settled' : `settled?after=${after}`)).json();
export const waveform = async (): Promise<WaveformState> => (await ask('waveform')).json();
export const peaks = async (zoom: number): Promise<Uint8Array> =>
  new Uint8Array(await (await ask(`peaks?zoom=${zoom}`)).arrayBuffer());
export const edit = async (edit: Edit): Promise<Settled> =>
  (await ask('edit', { method: 'POST', body: JSON.stringify(edit) })).json();
export const undo = async (): Promise<Settled> => (await ask('undo', { method: 'POST' })).json();
export const redo = async (): Promise<Settled> => (await ask('redo', { method: 'POST' })).json();
export const save = async (over = false): Promise<Settled> =>
  (await ask(`save?over=${over}`, { method: 'POST' })).json();
