import 'reflect-metadata';
import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import type { Health, Runyard } from '@runyard/core';
import { testRunyard } from '@runyard/core/testing';
import { describe, expect, it } from 'vitest';
import { getRunyardToken, RunyardModule } from '../src/index.ts';
import { RunyardHealthIndicator } from '../src/terminus.ts';
import { moduleOf } from './support/module-of.ts';
import { nestApp, options } from './support/nest-app.ts';

@Controller('health')
class HealthController {
  @Inject(HealthCheckService) readonly health!: HealthCheckService;
  @Inject(RunyardHealthIndicator) readonly runyard!: RunyardHealthIndicator;

  @Get()
  check() {
    return this.health.check([
      () => this.runyard.isHealthy('runyard'),
      () => this.runyard.isHealthy('batch', { runyard: 'batch' }),
    ]);
  }
}

const health = { controllers: [HealthController], providers: [RunyardHealthIndicator] };
const terminus = () => TerminusModule.forRoot({ logger: false });
/** Terminus has it since 12. */
const knowsDegraded = 'degraded' in new HealthIndicatorService().check('key');

describe('the health indicator', () => {
  it('is up while each Runyard serves, and down once one is closed', async () => {
    await using given = await options();
    await using other = await options();
    await using nest = await nestApp(RunyardModule.forRoot(given), {
      behind: [moduleOf({ ...health, imports: [terminus(), RunyardModule.forRoot({ ...other, name: 'batch' })] })],
    });
    const check = () => fetch(`${nest.origin}/health`);
    const answer = await check();
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { status: 'ok', details: { runyard: { status: 'up' }, batch: { status: 'up' } } },
    ]);
    await nest.app.get<Runyard>(getRunyardToken('batch')).close();
    const refused = await check();
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      {
        status: 'error',
        error: { batch: { status: 'down', message: expect.stringContaining('This Runyard was closed.') } },
      },
    ]);
  });

  it.each([
    ['an executor is away', { status: 'degraded', store: 'ok' }, knowsDegraded ? 'degraded' : 'up'],
    ['its store does not answer', { status: 'degraded', store: 'unavailable' }, 'down'],
  ] as const)('tells of a Runyard that goes on badly, where %s', async (_, part, status) => {
    await using test = await testRunyard();
    const whole: Health = { ...(await test.runyard.health()), ...part };
    whole.executors = { docker: { status: 'unavailable', sentence: 'The engine does not answer.' } };
    const runyard: Runyard = { ...test.runyard, health: async () => whole };
    await using nest = await nestApp(RunyardModule.forRoot(runyard, { routes: false }), {
      behind: [moduleOf({ imports: [terminus()], providers: [RunyardHealthIndicator], exports: [] })],
    });
    const { runyard: told } = await nest.app.get(RunyardHealthIndicator, { strict: false }).isHealthy('runyard');
    expect(told).toMatchObject({ status, message: expect.stringContaining('docker: The engine does not answer.') });
  });
});
