import { Inject } from '@nestjs/common';

/** The token of the Runyard that has no name: `@Inject(RUNYARD) runyard: Runyard`. */
export const RUNYARD: unique symbol = Symbol.for('@runyard/nest-module:runyard');

/** The token of `RunyardModule.forRoot({ name })`'s Runyard; without a name, `RUNYARD`. For `overrideProvider`, `app.get` and `inject`. */
export const getRunyardToken = (name?: string): symbol =>
  name === undefined ? RUNYARD : Symbol.for(`@runyard/nest-module:runyard:${name}`);

/** `constructor(@InjectRunyard() private readonly runyard: Runyard)` gives what `createRunyard` gives; with a name, that one. */
export const InjectRunyard = (name?: string): ParameterDecorator & PropertyDecorator => Inject(getRunyardToken(name));

// Inside of each module only.
/** What the host gave: options, or a Runyard. */
export const SOURCE: unique symbol = Symbol.for('@runyard/nest-module:source');
/** The module's own options. */
export const SETTINGS: unique symbol = Symbol.for('@runyard/nest-module:settings');
/** The class of the module's controller; null without routes. */
export const CONTROLLER: unique symbol = Symbol.for('@runyard/nest-module:controller');
/** The handler behind the controller. */
export const ROUTES: unique symbol = Symbol.for('@runyard/nest-module:routes');
