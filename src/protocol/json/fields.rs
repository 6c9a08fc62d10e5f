//! Fields of JSON, named as Wireshark names them.

crate::fields! {
    JSON              = Protocol "json"                   "JavaScript Object Notation";
    OBJECT            = Group    "json.object"            "Object";
    ARRAY             = Group    "json.array"             "Array";
    MEMBER            = Text     "json.member"            "Member";
    KEY               = Text     "json.key"               "Key";
    PATH              = Text     "json.path"              "Path";
    PATH_WITH_VALUE   = Text     "json.path_with_value"   "Path with value";
    MEMBER_WITH_VALUE = Text     "json.member_with_value" "Member with value";
    STRING            = Text     "json.value.string"      "String value";
    NUMBER            = Text     "json.value.number"      "Number value";
    FALSE             = Group    "json.value.false"       "False value";
    NULL              = Group    "json.value.null"        "Null value";
    TRUE              = Group    "json.value.true"        "True value";
}
