import type { z } from 'zod';
import type { Finding } from '../../domain/job/finding.ts';
import type { JobCheck } from '../../services/check/api.ts';
import { jobNames } from '../names/job-names.ts';
import type { Plain } from '../names/paths.ts';
import { inWireWords, wirePath } from '../names/wire-error.ts';
import type { finding as findingSchema, jobCheck } from '../schemas/checks.ts';
import { toTimestamp } from './time.ts';

/** `body` is what the caller sent: of two names of one field, findings say the one that it has. */
export const checkAnswer = ({ findings, nextAt }: JobCheck, body: Plain): z.output<typeof jobCheck> => ({
  findings: findings.map((finding) => findingAnswer(finding, body)),
  next_at: nextAt.map(toTimestamp),
});

export const findingAnswer = (
  { code, severity, sentence, field }: Finding,
  body: Plain = {},
): z.output<typeof findingSchema> => ({
  code,
  severity,
  sentence: inWireWords(sentence, body, jobNames),
  ...(field !== undefined && { field: wirePath(field, body, jobNames) ?? field }),
});
