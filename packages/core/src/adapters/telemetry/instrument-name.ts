/** `runyard_run_queue_seconds` as OpenTelemetry has it: `runyard.run_queue`, in `s`. An exporter for Prometheus makes the first of it again. */
export const instrumentOf = (name: string): { name: string; unit?: string } => {
  const plain = name.replace(/_total$/, '').replace(/^runyard_/, 'runyard.');
  const suffix = Object.keys(units).find((each) => plain.endsWith(`_${each}`));
  if (suffix === undefined) return { name: plain };
  return { name: plain.slice(0, -suffix.length - 1), unit: units[suffix] ?? suffix };
};

const units: Readonly<Record<string, string>> = { seconds: 's', bytes: 'By' };
