import { z } from 'zod';

/* Query parameters: texts that are read as what they mean. */

const whole = (minimum: number, maximum: number) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,10}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum,
      `expected a whole number from ${minimum} to ${maximum}`,
    )
    .transform(Number)
    .meta({ type: 'integer', minimum, maximum });

/** `true`, `True` and `1` are true. */
export const flag = z
  .string()
  .refine((text) => /^(true|false|1|0|)$/i.test(text), 'expected true or false')
  .transform((text) => /^(true|1|)$/i.test(text))
  .meta({ type: 'boolean' });

export const checkFirst = flag
  .optional()
  .describe(
    'Look first whether it could run as it is, and save nothing where it could not (`check-failed`). Takes a minute at most for each job.',
  );

const key = z.string().min(1).max(1024);

export const paging = {
  page_size: whole(1, 1000).optional().describe('Default 100.'),
  next_key: key.optional().describe('As in the answer before: the page behind it.'),
  prev_key: key.optional().describe('As in the answer before: the page in front of it.'),
  descending: flag.optional().describe('Newest first.'),
};

/** Whose things: any of the published ways to say it. */
export const ownerQuery = {
  owner: z.string().optional().describe('`user:<id>`, `group:<id>`, `user:<name>`, `group:<name>`, or a name alone.'),
  owner_id: z.string().optional().describe('As `owner`.'),
  owner_name: z.string().optional().describe('As `owner`; also with an organisation and a slash before it.'),
  user_id: z.string().optional().describe('Id or name of a user.'),
  group_id: z.string().optional().describe('Id or name of a group.'),
};

/** A time, as epoch ms. */
export const instant = z
  .string()
  // A `+` that was not encoded comes as a space.
  .transform((text) => text.replace(/ (?=\d\d:\d\d$)/, '+'))
  .pipe(z.iso.datetime({ offset: true, error: 'expected a time such as 2026-02-01T09:30:00Z' }))
  .transform((text) => Date.parse(text))
  .meta({ type: 'string', format: 'date-time' });

export const pageSize = whole(1, 1000);
export const waitMs = whole(1, 300_000);
export const lineCount = whole(0, 1_000_000);
export const instantCount = whole(1, 1_000);

/** A parameter that may be repeated, or hold several values with commas between them. */
export const several = <T extends z.ZodType<string, string>>(item: T) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given, context): z.output<T>[] =>
      [given].flat().flatMap((text) =>
        text
          .split(',')
          .filter((part) => part !== '')
          .map((part) => {
            const { data, error } = item.safeParse(part, { reportInput: true });
            // Of the parameter, which has no parts for who sends it.
            for (const issue of error?.issues ?? []) context.issues.push({ ...issue, input: part } as never);
            return data ?? z.NEVER;
          }),
      ),
    )
    .meta({ type: 'array', items: { type: 'string' } });
