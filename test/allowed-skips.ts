// The skips that CI accepts, by platform. Any other skip fails there, so that no test goes missing in silence.
// A name is the one that the closing report prints: `<file> > <describe> > <test>`.
export const allowedSkips: Partial<Record<NodeJS.Platform, { name: string; because: string }[]>> = {
  linux: [],
  darwin: [],
  win32: [],
};
