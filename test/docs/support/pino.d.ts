// The docs name it, and we do not depend on it.
declare module 'pino' {
  export const pino: () => import('@runyard/core').Logger;
}
