/** The first bucket's upper end in milliseconds, each next one's factor, and the last bucket, which has no end. */
const FIRST = 50;
const FACTOR = 1.25;
/** The last bucket: from 47 minutes on. */
export const MOST_BUCKETS = 49;

/** The bucket of a lag: percentiles are right to within a quarter, and a week of them is a few hundred rows. */
export function bucketOf(lag: number): number {
  if (lag <= FIRST) return 0;
  return Math.min(MOST_BUCKETS, Math.ceil(Math.log(lag / FIRST) / Math.log(FACTOR)));
}

/** The longest lag of a bucket, in milliseconds. */
export function lagOfBucket(bucket: number): number {
  return Math.round(FIRST * FACTOR ** bucket);
}
