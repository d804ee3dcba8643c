# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import product

from odoo.tests import tagged

from .books_case import SettlementCommon

PAID = [
    "Principal",
    "Shipping",
    "GiftWrap",
    "Goodwill",
    "RestockingFee",
    "ReturnShipping",
    "ExportCharge",
    "COD",
]
TAXES = ["Tax", "ShippingTax", "GiftWrapTax"]
US, EU, AU = "MarketplaceFacilitatorTax-", "MarketplaceFacilitatorVAT-", "LowValueGoodsTax-"
WITHHELD = [f"{US}{part}" for part in ("Principal", "Shipping", "Other", "RestockingFee")]
WITHHELD += [f"{EU}{part}" for part in ("Principal", "Shipping", "Giftwrap", "Other")]
WITHHELD += [f"{AU}{part}" for part in ("Principal", "Shipping", "Other")]
FULFILMENT = ["FBAPerUnitFulfillmentFee", "FBAPerOrderFulfillmentFee", "FBAWeightBasedFee"]
SELLING = [
    "VariableClosingFee",
    "FixedClosingFee",
    "DigitalServicesFee",
    "DigitalServicesFeeFBA",
    "SalesTaxServiceFee",
    "SalesTaxCollectionFee",
    "RenewedProgramFee",
    "TechnologyFee",
    "CODChargeback",
    "PaymentMethodFee",
    "AmazonExclusivesFee",
    "RemoteFulfillmentCredit",
]
MCF = ["FBAPerOrderFulfillmentFee", "FBA transportation fee", "FBATransportationFee", "Shipping"]
REIMBURSED = [
    "WAREHOUSE_LOST",
    "WAREHOUSE_LOST_MANUAL",
    "WAREHOUSE_DAMAGE",
    "WAREHOUSE_DAMAGE_EXCEPTION",
    "REVERSAL_REIMBURSEMENT",
    "COMPENSATED_CLAWBACK",
    "FREE_REPLACEMENT_REFUND_ITEMS",
    "MISSING_FROM_INBOUND",
    "MISSING_FROM_INBOUND_CLAWBACK",
    "INBOUND_CARRIER_DAMAGE",
    "CS_ERROR_ITEMS",
    "RE_EVALUATION",
    "INCORRECT_FEES_ITEMS",
    "INCORRECT_FEES_NON_ITEMIZED",
    "REMOVAL_ORDER_LOST",
    "REMOVAL_ORDER_DAMAGED",
    "CUSTOMER_DAMAGE",
    "PAYMENT_RETRACTION_ITEMS",
]
FEE_PARTS = ["Base fee", "Discount on fee"]
OTHER = "other-transaction"
REFUNDS = ["Refund", "Chargeback Refund", "A-to-z Guarantee Refund", "Refund_Retrocharge"]

#: Transaction types, amount types and descriptions that were seen -> what they are.
SEEN = (
    (["Order", "Order_Retrocharge", *REFUNDS], ["ItemPrice"], TAXES, "sale_tax"),
    (["Order"], ["ItemPrice"], PAID[1:3] + PAID[5:6] + PAID[7:], "sale_shipping"),
    (["Order", *REFUNDS], ["ItemPrice"], [PAID[0], *PAID[3:5], PAID[6]], "sale"),
    (["Order", "Refund"], ["Promotion"], ["Principal", "Shipping"], "sale_discount"),
    (["Order", "Refund"], ["Promotion"], ["TaxDiscount"], "sale_tax"),
    (["Order", "Refund"], ["ItemWithheldTax"], WITHHELD, "withheld_tax"),
    (["Order"], ["ItemFees"], [f"{EU}Principal"], "withheld_tax"),
    (
        ["Order"],
        ["ItemWithheldTax"],
        ["TCS-CGST", "TCS-SGST", "TCS-IGST", "TDS (Section 194-O)"],
        "tax_credit",
    ),
    (["Order", "Refund"], ["ItemFees"], ["Commission", "RefundCommission"], "commission"),
    (["Order"], ["ItemFees"], FULFILMENT, "fulfilment"),
    (["Order"], ["ItemFees"], SELLING, "selling_fee"),
    (["Shipment"], ["Shipment-Fees", "ShipmentFees"], MCF, "fulfilment"),
    (["ServiceFee"], ["Cost of Advertising"], ["TransactionTotalAmount"], "advertising"),
    (["other-transaction"], ["FBA Inventory Reimbursement"], REIMBURSED, "reimbursement"),
    (
        [OTHER],
        ["MCF Inventory Reimbursement"],
        [f"MULTICHANNEL_ORDER_{one}" for one in ("LOST", "DAMAGED", "LATE")],
        "reimbursement",
    ),
    (["CouponRedemptionFee"], ["CouponRedemptionFee"], ["C-17: 5 %"], "promotion_fee"),
    (["FBAFees", "AmazonFees"], ["FBA Inventory Storage Fee"], FEE_PARTS, "storage"),
    (["FBAFees", "AmazonFees"], ["FBA Customer Returns Fee"], FEE_PARTS, "returns_fee"),
    (["FBAFees"], ["FBA Inventory Storage Fee"], ["Tax on fee"], "fee_tax"),
    ([OTHER], [OTHER], ["Storage Fee", "DisposalComplete", "RemovalComplete"], "storage"),
    ([OTHER], [OTHER], ["FBAInboundConvenienceFee", "Inbound Transportation Fee"], "inbound"),
    ([OTHER], [OTHER], ["FBACustomerReturnPerUnitFee"], "returns_fee"),
    ([OTHER, "ServiceFee"], [OTHER], ["Subscription Fee"], "service_fee"),
    ([OTHER], [OTHER], ["Shipping label purchase", "ShippingServicesRefund"], "shipping_fee"),
    ([OTHER], [OTHER], ["Adjustment", "Merchant Bad Debt", "Income Tax Charged"], "ask"),
    ([OTHER], [OTHER], ["Amazon Capital Services"], "loan"),
    (
        [OTHER],
        [OTHER],
        ["Current Reserve Amount", "Previous Reserve Amount Balance"],
        "reserve",
    ),
    ([OTHER], [OTHER], ["Payable to Amazon"], "debt"),
    (
        [OTHER],
        [OTHER],
        ["Successful charge", "Transfer of funds unsuccessful: wrong IBAN", "Micro Deposit"],
        "payout",
    ),
    (["Liquidations"], ["ItemPrice"], ["Principal"], "liquidation"),
)


@tagged("post_install", "-at_install")
class TestAmazonKnownRows(SettlementCommon):
    """The supplied meanings cover every row that was seen, and no other (001-27)."""

    def test_every_observed_row_has_a_meaning(self):
        """001-27: written as it was seen, in capitals and in small letters."""
        self.site._ensure_settlement_rules()
        rules = self.site.settlement_rule_ids
        for types, kinds, descriptions, group in SEEN:
            for triple in product(types, kinds, descriptions):
                for write in (str, str.upper, str.lower):
                    found = rules._find(*map(write, triple), "", 1)
                    self.assertEqual(found.group_id.key, group, triple)
                    refund = triple[0] in REFUNDS and group.startswith("sale")
                    self.assertEqual(found.is_refund, refund, triple)

    def test_other_rows_have_no_guessed_meaning(self):
        """001-27: also where two of its three words are known."""
        self.site._ensure_settlement_rules()
        rules = self.site.settlement_rule_ids
        for triple in (
            ("Order", "ItemFees", "A new fee"),
            ("Order", "A new kind", "Principal"),
            ("A new type", "ItemPrice", "Principal"),
            (OTHER, OTHER, "Adjustment of last year"),
        ):
            self.assertFalse(rules._find(*triple, "", 1), triple)
