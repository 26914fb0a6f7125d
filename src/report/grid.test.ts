import { describe, expect, it } from 'vitest';
import { gridWidth, renderGrid, wrapText, type Cell } from './grid.js';

const star = (text: string): string => `*${text}*`;

describe('grid', () => {
  const rows: Cell[][] = [
    [{ text: 'metric', paint: star }, { text: 'a', align: 'right' }, { text: 'verdict' }],
    [{ text: 'rate' }, { text: '12.3', align: 'right', paint: star }, { text: 'x', paint: star }],
  ];

  it('aligns columns by what is read, not by what colours add', () => {
    expect(renderGrid(rows)).toEqual(['*metric*     a  verdict', 'rate    *12.3*  *x*']);
  });

  it('knows its width', () => {
    const plain = rows.map((row) => row.map(({ text }) => ({ text })));
    expect(gridWidth(rows)).toBe('metric  12.3  verdict'.length);
    expect(Math.max(...renderGrid(plain).map(({ length }) => length))).toBe(gridWidth(plain));
  });
});

describe('wrapped text', () => {
  it('breaks between words and loses none', () => {
    const text = 'the quick brown fox jumps over the lazy dog';
    const lines = wrapText(text, 16);
    expect(lines).toEqual(['the quick brown', 'fox jumps over', 'the lazy dog']);
    expect(lines.join(' ')).toBe(text);
  });

  it('keeps numbers with their units and intervals whole', () => {
    expect(wrapText('at +5.2 .. +7.0 % now', 8)).toEqual(['at', '+5.2 .. +7.0 %', 'now']);
    expect(wrapText('waits of 80 ms', 12)).toEqual(['waits of', '80 ms']);
    expect(wrapText('rates of 12 M faults', 12)).toEqual(['rates of', '12 M faults']);
    expect(wrapText('many so called', 10)).toEqual(['many so', 'called']);
  });

  it('leaves a word that is too long whole', () => {
    expect(wrapText('a incomprehensibilities b', 5)).toEqual(['a', 'incomprehensibilities', 'b']);
  });
});
