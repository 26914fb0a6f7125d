import { describe, expect, it } from 'vitest';
import { fixed, scientific } from './c-format.js';

describe('numbers as printf prints them', () => {
  // What a C program printed for the same formats.
  it.each([
    [0.125, 2, '0.12'],
    [0.375, 2, '0.38'],
    [0.625, 2, '0.62'],
    [2.5, 0, '2'],
    [3.5, 0, '4'],
    [0.5, 0, '0'],
    [-0.125, 2, '-0.12'],
    [1.005, 2, '1.00'],
    [1.015, 2, '1.01'],
    [9.995, 2, '9.99'],
    [999.9995, 3, '1000.000'],
    [0, 6, '0.000000'],
    [123456789.12345679, 6, '123456789.123457'],
  ])('%d with %i decimals is %s', (value, decimals, text) => {
    expect(fixed(value, decimals)).toBe(text);
  });

  it.each([
    [0, 3, '0.000e+00'],
    [3.02, 3, '3.020e+00'],
    [12345, 3, '1.234e+04'],
    [12355, 3, '1.236e+04'],
    [0.000123, 2, '1.23e-04'],
    [1e100, 5, '1.00000e+100'],
    [9.9999, 3, '1.000e+01'],
    [-2.5, 0, '-2e+00'],
  ])('%d in scientific notation with %i is %s', (value, decimals, text) => {
    expect(scientific(value, decimals)).toBe(text);
  });
});
