import { decimal } from '../../connector/values.ts';

/**
 * Currencies whose amounts Stripe counts in whole units, and those it counts in thousandths; all others in hundredths.
 * Source: docs.stripe.com/currencies. ISK and UGX have no subunit and yet count in hundredths (its special cases).
 */
const wholeUnits = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const thousandths = new Set('bhd jod kwd omr tnd'.split(' '));

/** Every currency that can be charged. Source: docs.stripe.com/currencies. */
const currencies =
  'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw'.split(
    ' ',
  );

/** The currencies as options of a field. */
export const currencyOptions = currencies.map((value) => ({ value, label: value.toUpperCase() }));

/** An amount in minor units (a whole number, or Stripe's decimal text) as a plain decimal; null where there is none. */
export function fromMinor(amount: unknown, currency: string): string | null {
  if (amount === null || amount === undefined) return null;
  return decimal(`${amount}e-${minorDigits(currency)}`);
}

/** A plain decimal in minor units, exact, with a fraction where it is finer; null where it is no number. */
export function toMinor(amount: string, currency: string): string | null {
  return decimal(amount) === null ? null : decimal(`${amount}e${minorDigits(currency)}`);
}

function minorDigits(currency: string): number {
  const code = currency.toLowerCase();
  return wholeUnits.has(code) ? 0 : thousandths.has(code) ? 3 : 2;
}
