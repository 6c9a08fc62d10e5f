//! Fields of UDP. A payload is a secret as a whole: what is in it is shown where it is understood.

use crate::protocol::checksum;

crate::fields! {
    UDP             = Protocol "udp"                 "User Datagram Protocol";
    SRCPORT         = Number   "udp.srcport"         "Source Port";
    DSTPORT         = Number   "udp.dstport"         "Destination Port";
    PORT            = Number   "udp.port"            "Source or Destination Port", hidden;
    LENGTH          = Number   "udp.length"          "Length";
    CHECKSUM        = Hex4     "udp.checksum"        "Checksum";
    CHECKSUM_STATUS = Number   "udp.checksum.status" "Checksum Status", names checksum::status_name;
    STREAM          = Number   "udp.stream"          "Stream index";
    TIME_RELATIVE   = Duration "udp.time_relative"   "Time since first frame";
    TIME_DELTA      = Duration "udp.time_delta"      "Time since previous frame";
    PAYLOAD         = Bytes    "udp.payload"         "Payload", secret;
}
