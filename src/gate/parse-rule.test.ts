import { describe, expect, it } from 'vitest';
import { BadRule, parseRules, type RuleContext } from './parse-rule.js';
import { regressionRule } from './rule.js';
import { quantityNamed, quantityNames } from './quantity.js';

const ALONE: RuleContext = { kernels: ['pristine', 'patched'], hasBaseline: false };
const BASED: RuleContext = { ...ALONE, hasBaseline: true };

const required = (text: string, context = ALONE): string[] =>
  parseRules(text, context, false).map((rule) => rule.text);
const refused = (text: string, context = ALONE): string[] =>
  parseRules(text, context, true).map((rule) => rule.text);

describe('a rule', () => {
  it.each([
    ['patched >= pristine + 3%', 'patched.faultsPerSecond >= pristine + 3%'],
    ['patched>=pristine', 'patched.faultsPerSecond >= pristine'],
    ['patched >= pristine+3%', 'patched.faultsPerSecond >= pristine + 3%'],
    ['  patched.munmapCallsPerSecond > 2x pristine ', 'patched.munmapCallsPerSecond > 2x pristine'],
    ['patched.writeHoldNs.p99 <= pristine - 50%', 'patched.writeHoldNs.p99 <= 0.5x pristine'],
    ['patched.writeHoldNsMax < 5ms', 'patched.writeHoldNsMax < 5000000ns'],
    ['patched >= 14M', 'patched.faultsPerSecond >= 14000000'],
    ['patched >= pristine.faultsPerSecond - 5%', 'patched.faultsPerSecond >= pristine - 5%'],
    ['writeHoldNs.p999 <= 1.5us', 'patched.writeHoldNs.p999 <= 1500ns'],
    ['faultsPerSecond >= pristine', 'patched.faultsPerSecond >= pristine'],
  ])('%s is %s', (text, meaning) => {
    expect(required(text)).toEqual([meaning]);
  });

  it('without a kernel is about every kernel that there is something to compare with', () => {
    expect(required('faultsPerSecond >= baseline - 5%', BASED)).toEqual([
      'pristine.faultsPerSecond >= baseline - 5%',
      'patched.faultsPerSecond >= baseline - 5%',
    ]);
    expect(required('faultsPerSecond >= 1M', { ...ALONE, kernels: ['patched'] })).toHaveLength(1);
  });

  it('that must not be so is kept on the other side', () => {
    expect(refused('writeHoldNs.p99 > 2x', BASED)).toEqual([
      'pristine.writeHoldNs.p99 <= 2x baseline',
      'patched.writeHoldNs.p99 <= 2x baseline',
    ]);
    expect(refused('writeHoldNs.p99 > 2x')).toEqual(['patched.writeHoldNs.p99 <= 2x pristine']);
    expect(refused('patched <= pristine')).toEqual(['patched.faultsPerSecond > pristine']);
    expect(refused('patched < pristine - 5%')).toEqual([
      'patched.faultsPerSecond >= pristine - 5%',
    ]);
  });

  it('reads labels with signs in them', () => {
    const context = { kernels: ['pristine', 'pristine#2', 'pristine+8%'], hasBaseline: false };
    expect(required('pristine#2 >= pristine - 5%', context)).toEqual([
      'pristine#2.faultsPerSecond >= pristine - 5%',
    ]);
    expect(required('pristine >= pristine+8% + 1%', context)).toEqual([
      'pristine.faultsPerSecond >= pristine+8% + 1%',
    ]);
  });

  it('of every quantity, in its own text again, is the same rule', () => {
    for (const name of quantityNames()) {
      const quantity = quantityNamed(name)!;
      const rule = regressionRule('patched', quantity, { of: 'baseline', kernel: 'patched' }, 0.05);
      expect(parseRules(rule.text, BASED, false)).toEqual([rule]);
    }
  });

  it.each([
    ['', "it is not 'LEFT >= RIGHT'"],
    ['patched', "it is not 'LEFT >= RIGHT'"],
    ['patched = pristine', "it is not 'LEFT >= RIGHT'"],
    ['patchd >= pristine', "'patchd' is no kernel or metric (did you mean 'patched'?)"],
    ['patched.faults >= pristine', "'faults' is no metric"],
    ['patched >= patched', 'it compares patched with itself'],
    ['patched >= baseline', 'there is no --baseline'],
    ['patched >= faultsPerSecond', 'names no kernel'],
    ['patched >= pristine.writeHoldNsMax', 'do not compare'],
    ['patched >= pristine - 100%', 'nothing is 100 % less'],
    ['patched >= 0x', '0x is nothing'],
    ['patched >= 0', '0 is no bound'],
    ['patched >= 5ms', "the unit of faultsPerSecond is none, K, M or G, not 'ms'"],
    ['patched.writeHoldNsMax <= 5', "the unit of writeHoldNsMax is ns, us, ms or s, not ''"],
    ['patched >= -5', "'-5' is no kernel or metric"],
    ['patched >= NaN', "'NaN' is no kernel or metric"],
  ])('%j is refused: %s', (text, why) => {
    expect(() => parseRules(text, ALONE, false)).toThrow(BadRule);
    expect(() => parseRules(text, ALONE, false)).toThrow(why);
  });
});
