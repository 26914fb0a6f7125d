/** Workflow commands of GitHub Actions that put a remark beside a run. */

export type Level = 'error' | 'warning' | 'notice';

export interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** GitHub shows so many of each level per step and drops the rest without a word. */
export const ANNOTATIONS_MAX = 10;

/** A line each, the worst first as given; of a level that has too many the last says so. */
export function renderAnnotations(annotations: readonly Annotation[]): string {
  const levels: readonly Level[] = ['error', 'warning', 'notice'];
  return levels
    .flatMap((level) => within(annotations.filter((annotation) => annotation.level === level)))
    .map((annotation) => `${commandOf(annotation)}\n`)
    .join('');
}

function within(annotations: readonly Annotation[]): readonly Annotation[] {
  if (annotations.length <= ANNOTATIONS_MAX) return annotations;
  const shown = annotations.slice(0, ANNOTATIONS_MAX);
  const last = shown.at(-1)!;
  const hidden = `and ${annotations.length - ANNOTATIONS_MAX} more that are not shown`;
  return [...shown.slice(0, -1), { ...last, message: `${last.message} (${hidden})` }];
}

function commandOf({ level, message, title, file, line }: Annotation): string {
  const properties = Object.entries({ title, file, line })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${level} ${properties.join(',')}::${escapeMessage(message)}`;
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
