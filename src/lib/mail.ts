import { createTransport } from 'nodemailer';

/** Sends mail. Throws where the server does not take it. */
export interface Mail {
  send(message: { to: string[]; subject: string; text: string }): Promise<void>;
}

/** How long a mail server may take to be reached, and to say its next word. */
const CONNECT_MILLISECONDS = 20_000;
const SILENT_MILLISECONDS = 30_000;

/** Mail by an SMTP server: `smtp://user:password@host:587` (`smtps://` for TLS from the start). */
export function smtpMail(url: string, from: string): Mail {
  const limits = { connectionTimeout: CONNECT_MILLISECONDS, socketTimeout: SILENT_MILLISECONDS };
  const transport = createTransport({ url, ...limits } as never);
  return {
    send: async ({ to, subject, text }) => {
      await transport.sendMail({ from, to, subject, text });
    },
  };
}
