//! Fields of the frame.

crate::fields! {
    FRAME               = Protocol "frame"                      "Frame";
    COMMENT             = Text     "frame.comment"              "Comment";
    INTERFACE_ID        = Number   "frame.interface_id"         "Interface id";
    INTERFACE_NAME      = Text     "frame.interface_name"       "Interface name";
    INTERFACE_DESCRIPTION = Text   "frame.interface_description" "Interface description";
    ENCAP_TYPE          = Number   "frame.encap_type"           "Encapsulation type", names super::encap::name;
    TIME                = Time     "frame.time"                 "Arrival Time";
    OFFSET_SHIFT        = Duration "frame.offset_shift"         "Time shift for this packet";
    TIME_EPOCH          = Duration "frame.time_epoch"           "Epoch Time";
    TIME_DELTA          = Duration "frame.time_delta"           "Time delta from previous captured frame";
    TIME_DELTA_DISPLAYED = Duration "frame.time_delta_displayed" "Time delta from previous displayed frame";
    TIME_RELATIVE       = Duration "frame.time_relative"        "Time since reference or first frame";
    NUMBER              = Number   "frame.number"               "Frame Number";
    LEN                 = Number   "frame.len"                  "Frame Length";
    CAP_LEN             = Number   "frame.cap_len"              "Capture Length";
    MARKED              = Flag     "frame.marked"               "Frame is marked";
    IGNORED             = Flag     "frame.ignored"              "Frame is ignored";
    PROTOCOLS           = Text     "frame.protocols"            "Protocols in frame";
}
