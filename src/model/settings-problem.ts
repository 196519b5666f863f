/** What is wrong with settings: refused at the door, before anything runs. */
export interface SettingsProblem {
  /** Where in the file's tree: ['syncs', 'contacts', 'mappings', 3, 'b']. */
  path: (string | number)[];
  /** What is wrong, in a sentence. */
  message: string;
  /** What would be right, where it is a choice among few. */
  allowed?: string[];
}
