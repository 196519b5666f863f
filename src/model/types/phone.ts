import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { foldText } from './text.ts';

/** Longer texts are no phone numbers. */
const LONGEST = 100;

/**
 * The number in E.164 form ('+46701234567', with ';ext=12' where it has an extension), or null where it is none.
 * `region`: the country (ISO, 'SE') of numbers that are written without their country code.
 */
export function e164(value: string, region?: string): string | null {
  if (value.length > LONGEST) return null;
  const country = region !== undefined && isSupportedCountry(region) ? (region as CountryCode) : undefined;
  const number = parsePhoneNumberFromString(value.trim().replace(/^00(?=[1-9])/, '+'), country);
  if (!number?.isPossible()) return null;
  return number.ext ? `${number.number};ext=${number.ext}` : number.number;
}

/** Is this the ISO code of a country whose phone numbers are known ('SE')? */
export function isRegion(code: string): boolean {
  return isSupportedCountry(code);
}

/** The text by which two writings of one number are equal: E.164, else its digits, else the text. */
export function normalPhone(value: string, region?: string): string {
  const international = e164(value, region);
  if (international !== null) return international;
  const digits = value.length > LONGEST ? '' : value.replace(/\D/g, '');
  // Words with digits in them ('ask for Bo, room 12') are no number.
  return digits.length >= 3 && !/\p{L}{2}/u.test(value) ? digits : foldText(value);
}
