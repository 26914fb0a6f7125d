import { describe, expect, it } from 'vitest';
import { mannWhitney } from './mann-whitney.js';

/** Whole numbers in no order; a small modulus makes ties. The reference values are of the same ones. */
function values(count: number, step: number, modulus: number, shift: number): number[] {
  return Array.from({ length: count }, (_, index) => ((index * step + 7) % modulus) + shift);
}

type Reference = readonly [
  first: number,
  second: number,
  modulus: number,
  shift: number,
  u: number,
  p: number,
];

function expectReference([first, second, modulus, shift, u, p]: Reference, digits: number): void {
  const test = mannWhitney(values(first, 37, modulus, 0), values(second, 53, modulus, shift));
  expect(test.u).toBe(u);
  expect(Math.abs(test.p / p - 1)).toBeLessThan(10 ** -digits);
}

describe('exact test', () => {
  it.each<Reference>([
    [4, 5, 1009, -200, 19, 0.031746031746031744],
    [8, 8, 1009, 300, 0, 0.0001554001554001554],
    [10, 10, 1009, 150, 13, 0.003886206672584382],
    [20, 25, 1009, 140, 167, 0.05900376066761228],
  ])('agrees with scipy.stats.mannwhitneyu(method="exact"), %i and %i values', (...reference) => {
    expectReference(reference, 12);
  });

  it.each<Reference>([
    [3, 3, 1009, 0, 3.5, 0.8],
    [3, 4, 3, 1, 2.5, 0.4],
    [5, 5, 4, 1, 7, 0.30952380952380953],
    [6, 6, 6, 1, 12.5, 0.45454545454545453],
    [7, 9, 5, 1, 26, 0.6174825174825175],
    [8, 8, 7, 2, 17, 0.12773892773892773],
    [9, 7, 3, -1, 49.5, 0.06783216783216783],
  ])(
    'agrees with scipy.stats.permutation_test of U, %i and %i values with ties',
    (...reference) => {
      expectReference(reference, 12);
    },
  );

  // Too many divisions for scipy to go through: counted by a separate program in Python, which keeps
  // them in a dictionary by (number chosen, rank sum) in whole numbers of any size.
  it.each<Reference>([
    [25, 25, 1009, 200, 229.5, 0.10884763590183034],
    [20, 30, 9, 2, 189, 0.026484110581881496],
  ])('counts all divisions of %i and %i values with ties', (...reference) => {
    expectReference(reference, 12);
  });

  it('agrees with the example of scipy.stats.mannwhitneyu: U 17, p 0.1111', () => {
    const { u, p } = mannWhitney([19, 22, 16, 29, 24], [20, 11, 17, 12]);
    expect(u).toBe(17);
    expect(p).toBeCloseTo(0.1111111111111111, 14);
  });
});

describe('normal approximation', () => {
  it.each<Reference>([
    [26, 25, 1009, 100, 308.5, 0.7630466066213396],
    [30, 40, 11, 1, 469, 0.12000980984764412],
    [60, 60, 1009, 120, 1441, 0.059883541582315486],
    [100, 120, 13, 1, 5079, 0.0495754694270437],
    [200, 200, 1009, 70, 17022.5, 0.010025590401676276],
    [200, 3, 1009, -300, 600, 0.003021993118514296],
    [200, 200, 5, 1, 12800, 2.3612637757640547e-10],
  ])('agrees with mannwhitneyu(method="asymptotic"), %i and %i values', (...reference) => {
    expectReference(reference, 9);
  });

  it('takes over without a jump', () => {
    const exact = mannWhitney(values(25, 37, 1009, 0), values(25, 53, 1009, 200)).p;
    const approximate = mannWhitney(values(25, 37, 1009, 0), values(26, 53, 1009, 200)).p;
    expect(Math.abs(approximate / exact - 1)).toBeLessThan(0.2);
  });
});

describe('samples that say nothing', () => {
  it('give 1: no values, or all of them equal', () => {
    expect(mannWhitney([], [1, 2]).p).toBe(1);
    expect(mannWhitney([], []).p).toBe(1);
    expect(mannWhitney([3, 3, 3], [3, 3]).p).toBe(1);
    expect(mannWhitney(new Array<number>(60).fill(2), new Array<number>(60).fill(2)).p).toBe(1);
  });
});

it('has tails that say which side is larger', () => {
  const { less, greater } = mannWhitney([5, 6, 7, 8], [1, 2, 3, 4]);
  expect(greater).toBeCloseTo(1 / 70, 14);
  expect(less).toBe(1);
});
