import { dateText, type Element, given, type Kind, numberIn, textIn } from './simulator-book.ts';
import { Invalid } from './simulator-error.ts';

/** Items: listed all at once, deleted for good. */
export const itemKind: Kind = {
  list: 'Items',
  id: 'ItemID',
  unique: 'Code',
  isListed: () => true,
  values(element, _book, before) {
    const [sales, purchase] = [element.SalesDetails, element.PurchaseDetails] as (Element | undefined)[];
    const values = given({
      Code: textIn(element, 'Code', 30),
      Name: textIn(element, 'Name', 50),
      Description: textIn(element, 'Description', 4000),
      PurchaseDescription: textIn(element, 'PurchaseDescription', 4000),
      'SalesDetails.UnitPrice': sales && numberIn(sales, 'UnitPrice'),
      'PurchaseDetails.UnitPrice': purchase && numberIn(purchase, 'UnitPrice'),
    });
    if (values.Code === '' || (!before && !values.Code)) throw new Invalid('Price List Item Code must be specified.');
    return values;
  },
  shown({ id, values, updatedAt }) {
    const price = (name: string) => (values[name] === undefined ? {} : { UnitPrice: values[name] });
    const texts = ['Code', 'Name', 'Description', 'PurchaseDescription'].filter((name) => values[name] !== undefined);
    return {
      ItemID: id,
      ...Object.fromEntries(texts.map((name) => [name, values[name]])),
      SalesDetails: price('SalesDetails.UnitPrice'),
      PurchaseDetails: price('PurchaseDetails.UnitPrice'),
      IsTrackedAsInventory: false,
      IsSold: true,
      IsPurchased: true,
      UpdatedDateUTC: dateText(updatedAt),
    };
  },
};
