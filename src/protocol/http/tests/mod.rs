mod describe;
mod framing;
