//! Fields of Ethernet.

use crate::protocol::ethertype;

crate::fields! {
    ETH        = Protocol "eth"            "Ethernet";
    DST        = Mac      "eth.dst"        "Destination";
    DST_LG     = Flag     "eth.dst.lg"     "LG bit (locally administered)";
    DST_IG     = Flag     "eth.dst.ig"     "IG bit (group)";
    SRC        = Mac      "eth.src"        "Source";
    SRC_LG     = Flag     "eth.src.lg"     "LG bit (locally administered)";
    SRC_IG     = Flag     "eth.src.ig"     "IG bit (group)";
    ADDR       = Mac      "eth.addr"       "Address", hidden;
    LG         = Flag     "eth.lg"         "LG bit", hidden;
    IG         = Flag     "eth.ig"         "IG bit", hidden;
    TYPE       = Hex4     "eth.type"       "Type", names ethertype::name;
    LEN        = Number   "eth.len"        "Length";
    PADDING    = Bytes    "eth.padding"    "Padding";
    TRAILER    = Bytes    "eth.trailer"    "Trailer";
    FCS        = Hex8     "eth.fcs"        "Frame check sequence";
    FCS_STATUS = Number   "eth.fcs.status" "FCS Status", names crate::protocol::checksum::status_name;
}
