//! What can be wrong with a label, by name.
//!
//! The names are those of the GS1 Barcode Syntax Engine 1.4.1, spelling included, so that results can be compared
//! with it line by line. `SCRATCH_NEEDED`, `AMBIGUOUS`, `READS_DIFFER`,
//! `HIBC_…`, `ISBT_…`, `ISO15434_…`, `PPN_…` and `EPC_…` are this crate's own.

use core::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident $name:literal $message:literal;)*) => {
        /// A reason for refusing a label or a component. [`Code::as_str`] is the reference engine's name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $message] $variant,)*
        }

        impl Code {
            /// Every code there is, in declared order.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The reference engine's name, such as `INCORRECT_CHECK_DIGIT`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// One plain sentence in English, without names or values.
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Code::$variant => $message,)* }
            }
        }
    };
}

codes! {
    // GS1 element strings, bracketed text and carriers.
    AiDataIsEmpty "AI_DATA_IS_EMPTY" "an AI has no value";
    AiDataHasIncorrectLength "AI_DATA_HAS_INCORRECT_LENGTH" "the value is too short for the parts this AI is made of";
    AiDataIsTooLong "AI_DATA_IS_TOO_LONG" "the value goes on where it should have ended; a separator may be missing";
    AiDataEmpty "AI_DATA_EMPTY" "there is no data after the start of the symbol";
    AiLinterError "AI_LINTER_ERROR" "the content of the value breaks a rule of this AI";
    AiValueIsTooShort "AI_VALUE_IS_TOO_SHORT" "the value is shorter than this AI allows";
    AiValueIsTooLong "AI_VALUE_IS_TOO_LONG" "the value is longer than this AI allows";
    AiContainsIllegalCaratCharacter "AI_CONTAINS_ILLEGAL_CARAT_CHARACTER" "a value may not contain ^";
    AiUnrecognised "AI_UNRECOGNISED" "what stands in brackets is no known AI";
    AiParseFailed "AI_PARSE_FAILED" "this is not text of the form (AI)value";
    TooManyAis "TOO_MANY_AIS" "more than 64 elements in one message";
    MissingFnc1InFirstPosition "MISSING_FNC1_IN_FIRST_POSITION" "GS1 data must begin with FNC1";
    NoAiForPrefix "NO_AI_FOR_PREFIX" "no known AI begins with these digits";
    InvalidAiPairs "INVALID_AI_PAIRS" "two AIs that exclude each other stand on one label";
    RequiredAisNotSatisfied "REQUIRED_AIS_NOT_SATISFIED" "an AI that this one depends on is missing";
    InstancesOfAiHaveDifferentValues "INSTANCES_OF_AI_HAVE_DIFFERENT_VALUES" "the same AI is given twice with different values";
    SerialNotPresent "SERIAL_NOT_PRESENT" "a digital signature (8030) needs the serial part of this key";
    DataTooLong "DATA_TOO_LONG" "the message is longer than any GS1 symbol holds";
    MissingSymbologyIdentifier "MISSING_SYMBOLOGY_IDENTIFIER" "it is not known which symbol this was read from";
    UnsupportedSymbologyIdentifier "UNSUPPORTED_SYMBOLOGY_IDENTIFIER" "this kind of symbol is not read here";
    PrimaryScanDataIsTooShort "PRIMARY_SCAN_DATA_IS_TOO_SHORT" "an EAN/UPC symbol has more digits than were given";
    PrimaryMessageIsTooLong "PRIMARY_MESSAGE_IS_TOO_LONG" "an EAN/UPC symbol has fewer digits than were given";
    PrimaryMessageMayOnlyContainDigits "PRIMARY_MESSAGE_MAY_ONLY_CONTAIN_DIGITS" "an EAN/UPC symbol holds digits only";
    PrimaryMessageCheckDigitIsIncorrect "PRIMARY_MESSAGE_CHECK_DIGIT_IS_INCORRECT" "the check digit of the EAN/UPC symbol is wrong";
    ScanDataContainsIllegalCarat "SCAN_DATA_CONTAINS_ILLEGAL_CARAT" "scanned GS1 data may not contain ^";
    // GS1 Digital Link.
    UriContainsIllegalCharacters "URI_CONTAINS_ILLEGAL_CHARACTERS" "a URI may not hold this character";
    DomainContainsIllegalCharacters "DOMAIN_CONTAINS_ILLEGAL_CHARACTERS" "the domain of a URI may not hold this character";
    UriMissingDomainAndPathInfo "URI_MISSING_DOMAIN_AND_PATH_INFO" "a URI needs a domain and a path";
    NoGs1DlKeysFoundInPathInfo "NO_GS1_DL_KEYS_FOUND_IN_PATH_INFO" "the path of the URI names no GS1 key";
    AiValuePathElementIsEmpty "AI_VALUE_PATH_ELEMENT_IS_EMPTY" "an AI in the path has no value";
    AiValueQueryElementInEmpty "AI_VALUE_QUERY_ELEMENT_IN_EMPTY" "an AI in the query has no value";
    DecodedAiFromDlPathInfoContainsIllegalNull "DECODED_AI_FROM_DL_PATH_INFO_CONTAINS_ILLEGAL_NULL" "a value in the path may not hold %00";
    DecodedAiValueFromQueryParamsContainsIllegalNull "DECODED_AI_VALUE_FROM_QUERY_PARAMS_CONTAINS_ILLEGAL_NULL" "a value in the query may not hold %00";
    UnknownAiInQueryParams "UNKNOWN_AI_IN_QUERY_PARAMS" "a number in the query is no known AI";
    InvalidKeyQualifierSequence "INVALID_KEY_QUALIFIER_SEQUENCE" "these AIs may not follow each other in a path";
    DuplicateAi "DUPLICATE_AI" "an AI may stand in a URI once";
    AiIsNotValidDataAttribute "AI_IS_NOT_VALID_DATA_ATTRIBUTE" "this AI may not stand in the query of a URI";
    AiShouldBeInPathInfo "AI_SHOULD_BE_IN_PATH_INFO" "this AI belongs into the path, not into the query";
    // EPC.
    EpcNotHexadecimal "EPC_NOT_HEXADECIMAL" "tag memory is written in hexadecimal digits";
    EpcUnknownHeader "EPC_UNKNOWN_HEADER" "no EPC scheme that is read here has this header";
    EpcTooShort "EPC_TOO_SHORT" "the tag memory ends before the EPC does";
    EpcInvalidPartition "EPC_INVALID_PARTITION" "the partition value is 0 to 6";
    EpcFieldTooLarge "EPC_FIELD_TOO_LARGE" "the number has more digits than its field may have";
    EpcReservedBitsSet "EPC_RESERVED_BITS_SET" "bits that must be zero are not";
    EpcInvalidCharacter "EPC_INVALID_CHARACTER" "no character has this value here";
    EpcInvalidSerial "EPC_INVALID_SERIAL" "the scheme does not hold such a serial number";
    EpcInvalidDate "EPC_INVALID_DATE" "the tag's date is no date";
    EpcInvalidEncodingIndicator "EPC_INVALID_ENCODING_INDICATOR" "serial numbers are not written in this way";
    EpcUriMalformed "EPC_URI_MALFORMED" "this is no URI of an EPC";
    EpcUnknownScheme "EPC_UNKNOWN_SCHEME" "no EPC scheme that is read here has this name";
    EpcInvalidFilter "EPC_INVALID_FILTER" "the filter value is 0 to 7";
    EpcInvalidPrefixLength "EPC_INVALID_PREFIX_LENGTH" "a company prefix has 6 to 12 digits";
    EpcElementsDoNotFit "EPC_ELEMENTS_DO_NOT_FIT" "these are not the elements of this EPC scheme";
    ScratchNeeded "SCRATCH_NEEDED" "this text has escapes: read it with a scratch buffer";
    // Spoiled data.
    Ambiguous "AMBIGUOUS" "a separator may be lost: the data can be read in more than one way";
    ReadsDiffer "READS_DIFFER" "this device sends every read more than once, and these are not the same";
    // Other agencies.
    HibcTooShort "HIBC_TOO_SHORT" "a HIBC goes on behind this";
    HibcInvalidCharacter "HIBC_INVALID_CHARACTER" "a HIBC cannot hold this character";
    HibcIncorrectCheckCharacter "HIBC_INCORRECT_CHECK_CHARACTER" "the check character of the HIBC is wrong";
    HibcInvalidStructure "HIBC_INVALID_STRUCTURE" "this is no data structure of the HIBC";
    HibcInvalidDate "HIBC_INVALID_DATE" "there is no such date in the HIBC's format";
    IsbtUnknownStructure "ISBT_UNKNOWN_STRUCTURE" "no ISBT 128 data structure begins so";
    IsbtTooShort "ISBT_TOO_SHORT" "the ISBT 128 data structure is cut off";
    IsbtInvalidCharacter "ISBT_INVALID_CHARACTER" "the ISBT 128 data structure cannot hold this character";
    IsbtIncorrectCheck "ISBT_INCORRECT_CHECK" "the check of the donation identification number is wrong";
    IsbtInvalidDate "ISBT_INVALID_DATE" "there is no such date in the ISBT 128 format";
    IsbtIncompleteMessage "ISBT_INCOMPLETE_MESSAGE" "the compound message announces another number of data structures";
    Iso15434Incomplete "ISO15434_INCOMPLETE" "the ISO/IEC 15434 envelope is not whole";
    Iso15434UnknownFormat "ISO15434_UNKNOWN_FORMAT" "this ISO/IEC 15434 format is not read here";
    PpnMissing "PPN_MISSING" "the message names no product (9N or 8P)";
    PpnInvalidField "PPN_INVALID_FIELD" "the field has no known identifier, is too long or holds other characters";
    PpnIncorrectCheck "PPN_INCORRECT_CHECK" "the check digits of the product number are wrong";
    PpnInvalidDate "PPN_INVALID_DATE" "the date is no date";
    // Character sets.
    NonDigitCharacter "NON_DIGIT_CHARACTER" "a digit is expected here";
    InvalidCset82Character "INVALID_CSET82_CHARACTER" "the character is outside GS1 character set 82";
    InvalidCset39Character "INVALID_CSET39_CHARACTER" "the character is outside GS1 character set 39";
    InvalidCset64Character "INVALID_CSET64_CHARACTER" "the character is outside the base64url alphabet";
    InvalidCset64Padding "INVALID_CSET64_PADDING" "base64url is filled up with the wrong number of =";
    RequiresNonDigitCharacter "REQUIRES_NON_DIGIT_CHARACTER" "at least one character must not be a digit";
    InvalidPercentSequence "INVALID_PERCENT_SEQUENCE" "a % must be followed by two hexadecimal digits";
    NotHyphen "NOT_HYPHEN" "only hyphens may stand here";
    // Check digits and keys.
    IncorrectCheckDigit "INCORRECT_CHECK_DIGIT" "the check digit is wrong";
    TooShortForCheckDigit "TOO_SHORT_FOR_CHECK_DIGIT" "there is no room for a check digit";
    IncorrectCheckPair "INCORRECT_CHECK_PAIR" "the pair of check characters is wrong";
    TooShortForCheckPair "TOO_SHORT_FOR_CHECK_PAIR" "there is no room for a pair of check characters";
    TooLongForCheckPairImplementation "TOO_LONG_FOR_CHECK_PAIR_IMPLEMENTATION" "longer than check character pairs are defined for";
    InvalidGcpPrefix "INVALID_GCP_PREFIX" "a GS1 Company Prefix begins with digits";
    TooShortForGcp "TOO_SHORT_FOR_GCP" "there is no room for a GS1 Company Prefix";
    ImporterIdxMustBeOneCharacter "IMPORTER_IDX_MUST_BE_ONE_CHARACTER" "the importer index is one character";
    InvalidImportIdxCharacter "INVALID_IMPORT_IDX_CHARACTER" "the importer index cannot be this character";
    // Numbers.
    IllegalZeroValue "ILLEGAL_ZERO_VALUE" "the value may not be zero";
    NotZero "NOT_ZERO" "only zero may stand here";
    IllegalZeroPrefix "ILLEGAL_ZERO_PREFIX" "the number may not begin with zero";
    NotZeroOrOne "NOT_ZERO_OR_ONE" "only 0 or 1 may stand here";
    InvalidWindingDirection "INVALID_WINDING_DIRECTION" "the winding direction is 0, 1 or 9";
    InvalidLengthForPieceOfTotal "INVALID_LENGTH_FOR_PIECE_OF_TOTAL" "piece and total take the same number of digits";
    ZeroPieceNumber "ZERO_PIECE_NUMBER" "pieces are counted from one";
    ZeroTotalPieces "ZERO_TOTAL_PIECES" "the total of pieces is at least one";
    PieceNumberExceedsTotal "PIECE_NUMBER_EXCEEDS_TOTAL" "the piece is beyond the total";
    PositionInSequenceMalformed "POSITION_IN_SEQUENCE_MALFORMED" "position and end are written as two numbers with / between";
    PositionExceedsEnd "POSITION_EXCEEDS_END" "the position is beyond the end";
    InvalidLatitude "INVALID_LATITUDE" "the latitude is beyond 180 degrees from the South Pole";
    InvalidLongitude "INVALID_LONGITUDE" "the longitude is beyond 360 degrees";
    LatitudeInvalidLength "LATITUDE_INVALID_LENGTH" "a latitude takes ten digits";
    LongitudeInvalidLength "LONGITUDE_INVALID_LENGTH" "a longitude takes ten digits";
    // Code lists.
    NotIso3166 "NOT_ISO3166" "no country has this ISO 3166 number";
    NotIso3166Or999 "NOT_ISO3166_OR_999" "neither a country's ISO 3166 number nor 999";
    NotIso3166Alpha2 "NOT_ISO3166_ALPHA2" "no country has these two ISO 3166 letters";
    NotIso4217 "NOT_ISO4217" "no currency has this ISO 4217 number";
    InvalidBiologicalSexCode "INVALID_BIOLOGICAL_SEX_CODE" "ISO/IEC 5218 knows 0, 1, 2 and 9";
    InvalidMediaType "INVALID_MEDIA_TYPE" "this AIDC media type is not assigned";
    InvalidPackageType "INVALID_PACKAGE_TYPE" "this package type is not in the code list";
    IbanTooShort "IBAN_TOO_SHORT" "too short for an IBAN";
    IbanTooLong "IBAN_TOO_LONG" "an IBAN has at most 34 characters";
    InvalidIbanCharacter "INVALID_IBAN_CHARACTER" "an IBAN is made of capital letters and digits";
    IllegalIbanCountryCode "ILLEGAL_IBAN_COUNTRY_CODE" "an IBAN begins with the letters of a country";
    IncorrectIbanChecksum "INCORRECT_IBAN_CHECKSUM" "the check digits of the IBAN are wrong";
    // Dates and times.
    DateTooShort "DATE_TOO_SHORT" "too few digits for a date";
    DateTooLong "DATE_TOO_LONG" "too many digits for a date";
    IllegalMonth "ILLEGAL_MONTH" "there is no such month";
    IllegalDay "ILLEGAL_DAY" "the month has no such day";
    HourWithMinuteTooShort "HOUR_WITH_MINUTE_TOO_SHORT" "too few digits for hour and minute";
    HourWithMinuteTooLong "HOUR_WITH_MINUTE_TOO_LONG" "too many digits for hour and minute";
    HourTooShort "HOUR_TOO_SHORT" "too few digits for an hour";
    HourTooLong "HOUR_TOO_LONG" "too many digits for an hour";
    MinuteTooShort "MINUTE_TOO_SHORT" "too few digits for a minute";
    MinuteTooLong "MINUTE_TOO_LONG" "too many digits for a minute";
    SecondTooShort "SECOND_TOO_SHORT" "too few digits for a second";
    SecondTooLong "SECOND_TOO_LONG" "too many digits for a second";
    IllegalHour "ILLEGAL_HOUR" "there is no such hour";
    IllegalMinute "ILLEGAL_MINUTE" "there is no such minute";
    IllegalSecond "ILLEGAL_SECOND" "there is no such second";
    // North American coupons.
    CouponMissingFormatCode "COUPON_MISSING_FORMAT_CODE" "coupon: the format code is not there";
    CouponInvalidFormatCode "COUPON_INVALID_FORMAT_CODE" "coupon: the format code is 0 or 1";
    CouponMissingFunderVli "COUPON_MISSING_FUNDER_VLI" "coupon: the length digit of the funder is not there";
    CouponInvalidFunderLength "COUPON_INVALID_FUNDER_LENGTH" "coupon: the length digit of the funder is 0 to 6";
    CouponTruncatedFunder "COUPON_TRUNCATED_FUNDER" "coupon: the funder is cut off";
    CouponTruncatedOfferCode "COUPON_TRUNCATED_OFFER_CODE" "coupon: the offer code is cut off";
    CouponMissingSerialNumberVli "COUPON_MISSING_SERIAL_NUMBER_VLI" "coupon: the length digit of the serial number is not there";
    CouponTruncatedSerialNumber "COUPON_TRUNCATED_SERIAL_NUMBER" "coupon: the serial number is cut off";
    CouponMissingGcpVli "COUPON_MISSING_GCP_VLI" "coupon: the length digit of the company prefix is not there";
    CouponInvalidGcpLength "COUPON_INVALID_GCP_LENGTH" "coupon: the length digit of the company prefix is 0 to 6";
    CouponTruncatedGcp "COUPON_TRUNCATED_GCP" "coupon: the company prefix is cut off";
    CouponMissingSaveValueVli "COUPON_MISSING_SAVE_VALUE_VLI" "coupon: the length digit of the save value is not there";
    CouponInvalidSaveValueLength "COUPON_INVALID_SAVE_VALUE_LENGTH" "coupon: the length digit of the save value is 1 to 5";
    CouponTruncatedSaveValue "COUPON_TRUNCATED_SAVE_VALUE" "coupon: the save value is cut off";
    CouponMissing1stPurchaseRequirementVli "COUPON_MISSING_1ST_PURCHASE_REQUIREMENT_VLI" "coupon: the length digit of the first requirement is not there";
    CouponInvalid1stPurchaseRequirementLength "COUPON_INVALID_1ST_PURCHASE_REQUIREMENT_LENGTH" "coupon: the length digit of the first requirement is 1 to 5";
    CouponTruncated1stPurchaseRequirement "COUPON_TRUNCATED_1ST_PURCHASE_REQUIREMENT" "coupon: the first requirement is cut off";
    CouponMissing1stPurchaseRequirementCode "COUPON_MISSING_1ST_PURCHASE_REQUIREMENT_CODE" "coupon: the code of the first requirement is not there";
    CouponInvalid1stPurchaseRequirementCode "COUPON_INVALID_1ST_PURCHASE_REQUIREMENT_CODE" "coupon: the code of the first requirement is 0 to 4 or 9";
    CouponTruncated1stPurchaseFamilyCode "COUPON_TRUNCATED_1ST_PURCHASE_FAMILY_CODE" "coupon: the first family code is cut off";
    CouponMissingAdditionalPurchaseRulesCode "COUPON_MISSING_ADDITIONAL_PURCHASE_RULES_CODE" "coupon: the code for additional purchases is not there";
    CouponInvalidAdditionalPurchaseRulesCode "COUPON_INVALID_ADDITIONAL_PURCHASE_RULES_CODE" "coupon: the code for additional purchases is 0 to 3";
    CouponMissing2ndPurchaseRequirementVli "COUPON_MISSING_2ND_PURCHASE_REQUIREMENT_VLI" "coupon: the length digit of the second requirement is not there";
    CouponInvalid2ndPurchaseRequirementLength "COUPON_INVALID_2ND_PURCHASE_REQUIREMENT_LENGTH" "coupon: the length digit of the second requirement is 1 to 5";
    CouponTruncated2ndPurchaseRequirement "COUPON_TRUNCATED_2ND_PURCHASE_REQUIREMENT" "coupon: the second requirement is cut off";
    CouponMissing2ndPurchaseRequirementCode "COUPON_MISSING_2ND_PURCHASE_REQUIREMENT_CODE" "coupon: the code of the second requirement is not there";
    CouponInvalid2ndPurchaseRequirementCode "COUPON_INVALID_2ND_PURCHASE_REQUIREMENT_CODE" "coupon: the code of the second requirement is 0 to 4 or 9";
    CouponTruncated2ndPurchaseFamilyCode "COUPON_TRUNCATED_2ND_PURCHASE_FAMILY_CODE" "coupon: the second family code is cut off";
    CouponMissing2ndPurchaseGcpVli "COUPON_MISSING_2ND_PURCHASE_GCP_VLI" "coupon: the length digit of the second company prefix is not there";
    CouponInvalid2ndPurchaseGcpLength "COUPON_INVALID_2ND_PURCHASE_GCP_LENGTH" "coupon: the length digit of the second company prefix is 0 to 6 or 9";
    CouponTruncated2ndPurchaseGcp "COUPON_TRUNCATED_2ND_PURCHASE_GCP" "coupon: the second company prefix is cut off";
    CouponMissing3rdPurchaseRequirementVli "COUPON_MISSING_3RD_PURCHASE_REQUIREMENT_VLI" "coupon: the length digit of the third requirement is not there";
    CouponInvalid3rdPurchaseRequirementLength "COUPON_INVALID_3RD_PURCHASE_REQUIREMENT_LENGTH" "coupon: the length digit of the third requirement is 1 to 5";
    CouponTruncated3rdPurchaseRequirement "COUPON_TRUNCATED_3RD_PURCHASE_REQUIREMENT" "coupon: the third requirement is cut off";
    CouponMissing3rdPurchaseRequirementCode "COUPON_MISSING_3RD_PURCHASE_REQUIREMENT_CODE" "coupon: the code of the third requirement is not there";
    CouponInvalid3rdPurchaseRequirementCode "COUPON_INVALID_3RD_PURCHASE_REQUIREMENT_CODE" "coupon: the code of the third requirement is 0 to 4 or 9";
    CouponTruncated3rdPurchaseFamilyCode "COUPON_TRUNCATED_3RD_PURCHASE_FAMILY_CODE" "coupon: the third family code is cut off";
    CouponMissing3rdPurchaseGcpVli "COUPON_MISSING_3RD_PURCHASE_GCP_VLI" "coupon: the length digit of the third company prefix is not there";
    CouponInvalid3rdPurchaseGcpLength "COUPON_INVALID_3RD_PURCHASE_GCP_LENGTH" "coupon: the length digit of the third company prefix is 0 to 6 or 9";
    CouponTruncated3rdPurchaseGcp "COUPON_TRUNCATED_3RD_PURCHASE_GCP" "coupon: the third company prefix is cut off";
    CouponTooShortForExpirationDate "COUPON_TOO_SHORT_FOR_EXPIRATION_DATE" "coupon: the expiration date is cut off";
    CouponInvalidExipirationDate "COUPON_INVALID_EXIPIRATION_DATE" "coupon: the expiration date is no date";
    CouponTooShortForStartDate "COUPON_TOO_SHORT_FOR_START_DATE" "coupon: the start date is cut off";
    CouponInvalidStartDate "COUPON_INVALID_START_DATE" "coupon: the start date is no date";
    CouponExpirationBeforeStart "COUPON_EXPIRATION_BEFORE_START" "coupon: it expires before it starts";
    CouponMissingRetailerGcpOrGlnVli "COUPON_MISSING_RETAILER_GCP_OR_GLN_VLI" "coupon: the length digit of the retailer is not there";
    CouponInvalidRetailerGcpOrGlnLength "COUPON_INVALID_RETAILER_GCP_OR_GLN_LENGTH" "coupon: the length digit of the retailer is 1 to 7";
    CouponTruncatedRetailerGcpOrGln "COUPON_TRUNCATED_RETAILER_GCP_OR_GLN" "coupon: the retailer is cut off";
    CouponMissingSaveValueCode "COUPON_MISSING_SAVE_VALUE_CODE" "coupon: the save value code is not there";
    CouponInvalidSaveValueCode "COUPON_INVALID_SAVE_VALUE_CODE" "coupon: the save value code is 0, 1, 2, 5 or 6";
    CouponMissingSaveValueAppliesToItem "COUPON_MISSING_SAVE_VALUE_APPLIES_TO_ITEM" "coupon: it is not said which item the save value is for";
    CouponInvalidSaveValueAppliesToItem "COUPON_INVALID_SAVE_VALUE_APPLIES_TO_ITEM" "coupon: the item the save value is for is 0 to 2";
    CouponMissingStoreCouponFlag "COUPON_MISSING_STORE_COUPON_FLAG" "coupon: the store coupon flag is not there";
    CouponMissingDontMultiplyFlag "COUPON_MISSING_DONT_MULTIPLY_FLAG" "coupon: the flag against multiplying is not there";
    CouponInvalidDontMultiplyFlag "COUPON_INVALID_DONT_MULTIPLY_FLAG" "coupon: the flag against multiplying is 0 or 1";
    CouponExcessData "COUPON_EXCESS_DATA" "coupon: there is more data than its fields explain";
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn no_two_codes_share_a_name_or_a_message() {
        for (i, a) in Code::ALL.iter().enumerate() {
            for b in &Code::ALL[i + 1..] {
                assert_ne!(a.as_str(), b.as_str());
                assert_ne!(a.message(), b.message());
            }
        }
    }
}
