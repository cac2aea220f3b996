/**
 * Goal: the vocabulary of series says what is recorded: every series of a run is in it with its kind and unit, and nothing
 * is in it that is never recorded.
 * Method: the series of all shipped scenarios, and of a small system with what none of them has, against the tables. Series
 * may also be named after outcomes, latency bands and marks.
 */
import { expect, test } from 'vitest';
import { MARKS } from '../../sim/resilience/mark.ts';
import { compile } from '../../sim/scenario/compile.ts';
import {
  BALANCER_SERIES,
  CLIENT_SERIES,
  DATABASE_SERIES,
  EFFECT_SERIES,
  FEATURE_SERIES,
  FLAG_SERIES,
  LAYER_SERIES,
  REPLICA_SERIES,
  SERVER_SERIES,
  SITE_SERIES,
} from '../../sim/telemetry/series.ts';
import { scenarioOf } from '../support/run-scenario.ts';
import { shippedScenarios } from '../support/shipped-scenarios.ts';

const FEATURES = `
faultline: 1
title: Features and checks
duration: 1s
system:
  users: {kind: client, arrivals: {poisson: 1/s}, calls: api}
  api:
    kind: service
    flags: flags
    balancer: {healthCheck: {}}
    handler: [{feature: picks, then: [{work: 1ms}]}, effect]
  flags: {kind: flagStore}
`;

const TABLES = [CLIENT_SERIES, SERVER_SERIES, BALANCER_SERIES, REPLICA_SERIES, DATABASE_SERIES, SITE_SERIES, LAYER_SERIES, EFFECT_SERIES, FLAG_SERIES, FEATURE_SERIES];

test('what is recorded is what the vocabulary has', () => {
  const listed = TABLES.flatMap((table) => Object.entries(table).map(([name, { kind, quantity }]) => `${name}: ${kind} ${quantity}`));
  const series = [...shippedScenarios.map(({ text }) => text), FEATURES].flatMap((text) => compile(scenarioOf(text), { variant: '', seed: '' }).engine.recorder.series);
  const recorded = new Set(series.filter(({ name }) => !/^(outcome|heat)\./.test(name)).map(({ name, kind, quantity }) => `${name}: ${kind} ${quantity}`));
  const named = [...listed, ...MARKS.map((mark) => `${mark}: counter count`)];
  expect([...recorded].filter((one) => !named.includes(one))).toEqual([]);
  expect(listed.filter((one) => !recorded.has(one))).toEqual([]);
});
