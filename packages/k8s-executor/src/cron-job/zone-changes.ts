/** Whether clocks are changed there in a year like 2030, the rules being those that this machine knows. */
export const changesClock = (timeZone: string): boolean => {
  const offset = (month: number): string => {
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
    const parts = format.formatToParts(Date.UTC(2030, month, 15));
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  };
  return new Set(Array.from({ length: 12 }, (_, month) => offset(month))).size > 1;
};
