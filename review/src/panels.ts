// The panels at the side: doubts, chapters, speakers, corrections, gaps, what is not spoken.

import { clock, coloured, element } from './dom';
import type { Doubt, Project } from './server';
import { words } from './words';

type Go = (time: number) => void;

/** Rows that are made at once; a list of thousands is made as it is scrolled. */
const AT_ONCE = 200;

export function panels(tabs: HTMLElement, panel: HTMLElement, project: Project, go: Go, look: (doubt: Doubt) => void): void {
  const all: [string, number, () => Iterator<HTMLElement>][] = [
    [words.doubts, project.doubts.length, () => doubts(project, look)],
    [words.chapters, project.chapters.length, () => chapters(project, go)],
    [words.speakers, project.speakers.length, () => speakers(project)],
    [words.corrections, project.corrections.length, () => corrections(project, go)],
    [words.gaps, project.gaps.length, () => gaps(project, go)],
    [words.unspoken, project.unspoken.length, () => unspoken(project)],
  ];
  let more: () => void = () => undefined;
  panel.addEventListener('scroll', () => {
    if (panel.scrollTop + panel.clientHeight > panel.scrollHeight - 200) more();
  });
  const choose = (index: number) => {
    [...tabs.children].forEach((tab, at) => {
      tab.setAttribute('aria-selected', String(at === index));
      tab.setAttribute('tabindex', at === index ? '0' : '-1');
    });
    const rows = all[index]?.[2]();
    panel.replaceChildren();
    panel.scrollTop = 0;
    more = () => {
      for (let count = 0; rows && count < AT_ONCE; count += 1) {
        const row = rows.next();
        if (row.done) return;
        panel.append(row.value);
      }
    };
    more();
  };
  all.forEach(([name, count], index) => {
    const tab = element('button', { type: 'button', role: 'tab', 'aria-controls': 'panel' }, `${name} ${count}`);
    tab.addEventListener('click', () => choose(index));
    tab.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step === 0) return;
      event.preventDefault();
      event.stopPropagation();
      const next = (index + step + all.length) % all.length;
      choose(next);
      (tabs.children[next] as HTMLElement).focus();
    });
    tabs.append(tab);
  });
  choose(0);
}

function row(time: number | null, go: Go, ...children: (Node | string)[]): HTMLElement {
  const made = element('button', { type: 'button', class: 'row' }, element('span', { class: 'time' }, time === null ? '–' : clock(time)), ...children);
  if (time === null) made.disabled = true;
  made.addEventListener('click', () => go(time ?? 0));
  return made;
}

function* doubts(project: Project, look: (doubt: Doubt) => void): Iterator<HTMLElement> {
  for (const doubt of project.doubts) {
    const kind = element('span', { class: 'faint' }, words.kinds[doubt.kind]);
    yield row(doubt.start, () => look(doubt), kind, ` ${doubt.about}`);
  }
}

function* chapters(project: Project, go: Go): Iterator<HTMLElement> {
  for (const { start, title, level } of project.chapters) {
    const made = row(start, go, title);
    made.dataset.level = String(level);
    yield made;
  }
}

function* speakers(project: Project): Iterator<HTMLElement> {
  for (const [index, { name, title, time }] of project.speakers.entries()) {
    const shown = coloured(element('span', { class: 'name' }, name), index);
    yield element('p', { class: 'row' }, element('span', { class: 'time' }, clock(time)), shown, ` ${title ?? ''}`);
  }
}

function* corrections(project: Project, go: Go): Iterator<HTMLElement> {
  for (const { start, wrong, right, tier } of project.corrections) {
    const faint = element('span', { class: 'faint' }, ` ${words.tiers[tier]}`);
    yield row(start, go, element('del', {}, wrong), element('ins', {}, right), faint);
  }
}

function* gaps(project: Project, go: Go): Iterator<HTMLElement> {
  for (const { start, end, kind } of project.gaps) {
    yield row(start, go, `${words.sounds[kind]} ${(end - start).toFixed(1)} s`);
  }
}

function* unspoken(project: Project): Iterator<HTMLElement> {
  for (const { line, text } of project.unspoken) {
    yield element('p', { class: 'row' }, element('span', { class: 'time' }, words.line(line)), text);
  }
}
