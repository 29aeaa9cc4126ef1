// `node main.ts`: from a program that works on somebody's machine to a job of a group, which runs every night and still does when she has left.
import { NotAsTold } from './stage/as-told.ts';
import { setTheStage } from './stage/stage.ts';
import { chapter, tell } from './stage/tell.ts';
import { annLeaves } from './story/ann-leaves.ts';
import { develop } from './story/develop.ts';
import { handOver } from './story/hand-over.ts';
import { makeAJob } from './story/make-a-job.ts';
import { firstNight, nextNight } from './story/nights.ts';
import { people } from './story/people.ts';
import { trail } from './story/trail.ts';

const story = async (): Promise<void> => {
  chapter('1. A service with Runyard in it, and people');
  await using stage = await setTheStage();
  const known = await people(stage);
  const tokens = await develop(stage);
  const jobId = await makeAJob(stage, tokens);
  const groupJobId = await handOver(stage, { ...known, jobId });
  await firstNight(stage, groupJobId);
  await annLeaves(stage, { ...known, jobId });
  await nextNight(stage, groupJobId);
  await trail(stage);
};

try {
  await story();
  tell('That was all of it. Nothing is left behind.');
} catch (error) {
  console.error(error instanceof NotAsTold ? `\nNot as told. ${error.message}` : error);
  process.exitCode = 1;
}
