export type SqlValue = string | number | null;
export type Row = readonly SqlValue[];
