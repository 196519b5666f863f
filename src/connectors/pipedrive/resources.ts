import { activities } from './activities.ts';
import { deals } from './deals.ts';
import { notes } from './notes.ts';
import { organizations } from './organizations.ts';
import { persons } from './persons.ts';
import { products } from './products.ts';
import type { Resource } from './resource.ts';

/** Every kind of record, those first that others hang on. */
export const resources: Resource[] = [organizations, persons, products, deals, activities, notes];
