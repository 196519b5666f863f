/** One measured figure, as it is printed and kept. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What it should be, in words. */
  aim?: string;
}
