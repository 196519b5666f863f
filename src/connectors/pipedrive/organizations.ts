import { addressFields, addressWhole, putAddress } from './address.ts';
import type { Resource } from './resource.ts';
import { labels, owner, stamps, text } from './usual.ts';

/** Companies. Website, turnover and number of people are fields that not every account has. */
export const organizations: Resource = {
  name: 'organizations',
  label: 'Organizations',
  means: 'company',
  path: '/api/v2/organizations',
  event: 'organization',
  fieldsPath: '/api/v2/organizationFields',
  keys: ['name'],
  fields: [
    { ...text('name', 'Name', 'company.name'), required: true },
    ...addressFields('address', 'Address', 'company'),
    labels,
    { ...owner, means: 'company.owner' },
    ...stamps,
    { ...text('website', 'Website', 'company.website'), type: 'url', described: true },
    { ...text('linkedin', 'LinkedIn profile'), type: 'url', described: true },
    { name: 'industry', label: 'Industry', type: 'select', writable: 'always', ids: 'numbers', described: true },
    {
      name: 'annual_revenue',
      label: 'Annual revenue',
      type: 'money',
      writable: 'always',
      means: 'company.revenue',
      described: true,
    },
    {
      name: 'employee_count',
      label: 'Number of employees',
      type: 'integer',
      writable: 'always',
      means: 'company.employees',
      described: true,
    },
  ],
  associations: [],
  wholes: (names) => addressWhole('address', names),
  shape: (body, values, before) => putAddress(body, 'address', values, before),
};
