import { BadSavedRun } from './saved-run.js';

/** The value that a JSON text stands for. Throws BadSavedRun, which tells a text that was cut off. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadSavedRun(problemOf(text, error instanceof Error ? error.message : String(error)));
  }
}

/** Serializers that know no better write these where JSON has null. */
const NOT_A_NUMBER = /(?<=[[:,]\s*)-?(?:NaN|Infinity)(?=\s*[\],}])/;

function problemOf(text: string, message: string): string {
  const nan = NOT_A_NUMBER.exec(text);
  if (nan !== null) return `line ${lineAt(text, nan.index)} has ${nan[0]}, which is no number`;
  if (isCutOff(text)) return 'it is cut off before its end';
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined
    ? 'it is no JSON'
    : `line ${lineAt(text, Number(position))} is no JSON`;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** Whether a bracket or a string that was opened is still open at the end, the text being sound so far. */
function isCutOff(text: string): boolean {
  const open: string[] = [];
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (inString) {
      if (sign === '\\') i++;
      else if (sign === '"') inString = false;
    } else if (sign === '"') inString = true;
    else if (sign === '{' || sign === '[') open.push(sign === '{' ? '}' : ']');
    else if (sign === '}' || sign === ']') {
      if (open.pop() !== sign) return false;
    }
  }
  return inString || open.length > 0;
}
