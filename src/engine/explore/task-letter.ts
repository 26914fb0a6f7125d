/** Tasks as letters, in replay strings and in what is printed: a, b, c. */

export const TASKS_MAX = 26;
const FIRST = 'a'.charCodeAt(0);

export function taskLetter(task: number): string {
  return String.fromCharCode(FIRST + task);
}

export function taskOfLetter(letter: string): number {
  return letter.charCodeAt(0) - FIRST;
}
