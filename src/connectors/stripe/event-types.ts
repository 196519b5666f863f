/** Types of the events that tell of each object's changes; Stripe takes at most 20 in a call. */
export const eventTypes = {
  customers: ['customer.created', 'customer.updated', 'customer.deleted'],
  products: ['product.created', 'product.updated', 'product.deleted'],
  invoices:
    'created deleted finalized marked_uncollectible overdue overpaid paid payment_failed payment_succeeded sent updated voided'
      .split(' ')
      .map((name) => `invoice.${name}`),
} satisfies Record<string, string[]>;
