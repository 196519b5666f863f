import { createTransport } from 'nodemailer';

/** Sends mail. Throws where the server does not take it. */
export interface Mail {
  send(message: { to: string[]; subject: string; text: string }): Promise<void>;
}

/** Mail by an SMTP server: `smtp://user:password@host:587` (`smtps://` for TLS from the start). */
export function smtpMail(url: string, from: string): Mail {
  const transport = createTransport({ url, connectionTimeout: 20_000, socketTimeout: 30_000 } as never);
  return {
    send: async ({ to, subject, text }) => {
      await transport.sendMail({ from, to, subject, text });
    },
  };
}
