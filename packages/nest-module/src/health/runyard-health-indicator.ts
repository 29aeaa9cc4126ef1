import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import type { Health, Runyard } from '@runyard/core';
import { getRunyardToken } from '../tokens.ts';

/** Of later terminus: a state between the two. */
interface Degrading<Key extends string> {
  degraded?(data: object): HealthIndicatorResult<Key>;
}

/**
 * `() => this.runyard.isHealthy('runyard')` in a `HealthCheckService.check([…])`, where this is among the module's providers. Down while its store cannot be
 * reached or once it is closed; what goes on but badly, as with an executor that is away, is `degraded` where terminus knows that, else up with its sentence.
 */
export class RunyardHealthIndicator {
  readonly #terminus: HealthIndicatorService;
  readonly #moduleRef: ModuleRef;

  constructor(terminus: HealthIndicatorService, moduleRef: ModuleRef) {
    this.#terminus = terminus;
    this.#moduleRef = moduleRef;
  }

  /** `runyard`: name of the one that is meant, where an application has several. */
  async isHealthy<const Key extends string>(
    key: Key,
    { runyard }: { runyard?: string } = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const health = await this.#moduleRef.get<Runyard>(getRunyardToken(runyard), { strict: false }).health();
    const session = this.#terminus.check(key);
    const data = detailsOf(health);
    if (health.status === 'closed' || health.store !== 'ok') return session.down(data);
    if (health.status === 'ok') return session.up(data);
    return (session as Degrading<Key>).degraded?.(data) ?? session.up({ ...data, degraded: true });
  }
}

Injectable()(RunyardHealthIndicator);
[HealthIndicatorService, ModuleRef].forEach((token, index) => {
  Inject(token)(RunyardHealthIndicator, undefined, index);
});

const detailsOf = ({ status, store, executors, pressure }: Health): Record<string, unknown> => {
  const sentences = [
    ...(status === 'closed' ? ['This Runyard was closed.'] : []),
    ...(store === 'ok' ? [] : ['The store does not answer.']),
    ...Object.entries(executors).flatMap(([name, { sentence }]) => (sentence ? [`${name}: ${sentence}`] : [])),
    ...pressure.map(({ sentence }) => sentence),
  ];
  return sentences.length > 0 ? { message: sentences.join(' ') } : {};
};
