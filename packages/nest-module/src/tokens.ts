/** `@Inject(RUNYARD) private readonly runyard: Runyard` gives what `createRunyard` gives. */
export const RUNYARD: unique symbol = Symbol.for('@runyard/nest-module:runyard');

/** The Runyard with whether it is ours to start and close; inside the module only. */
export const HELD: unique symbol = Symbol.for('@runyard/nest-module:held');

/** The HTTP routes' handler; inside the module only. */
export const ROUTES: unique symbol = Symbol.for('@runyard/nest-module:routes');
