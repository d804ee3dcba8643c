# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The known meanings of rows of Amazon's settlements.

Amazon publishes no list: these are the values that were seen. What is missing here holds a
settlement until a person has answered, so nothing is guessed: where the same words have several
meanings, the transaction type decides, and there is no catch-all rule.
"""

ANY = "*"
OTHER = "other-transaction"
SALES = ("Order", "Order_Retrocharge")
REFUNDS = ("Refund", "Chargeback Refund", "A-to-z Guarantee Refund", "Refund_Retrocharge")
LIQUIDATIONS = ("Liquidations", "Liquidations Adjustments")
#: Each row of an item repeats its quantity; the rows of this transaction, type and text count.
COUNTED = ("Order", "ItemPrice", "Principal")
FEES_BY_NAME = ("FBAFees", "AmazonFees")

#: Descriptions that come with more than one amount type.
DEALS = (
    "Promotion Fee",
    "Promotion Fee Special",
    "LightningDealFee",
    "LightningDealFee Special",
)
REVIEWS = ("Vine Enrollment Fee", "SellerReviewEnrollmentPayment")
SHIPMENTS = (
    "FBAPerOrderFulfillmentFee",
    "FBA transportation fee",
    "FBATransportationFee",
    "Shipping",
    "Multi-Channel Fulfillment Brand-Neutral Box Fee",
)

#: Parts of what a buyer pays: amount type -> group -> descriptions.
PAID = {
    "ItemPrice": {
        "sale": ("Principal", "ExportCharge", "Goodwill", "RestockingFee"),
        "sale_shipping": ("Shipping", "GiftWrap", "ReturnShipping", "COD"),
        "sale_tax": ("Tax", "ShippingTax", "GiftWrapTax"),
    },
    "Promotion": {
        "sale_discount": ("Principal", "Shipping"),
        "sale_tax": ("TaxDiscount",),
    },
}

#: Group -> amount type -> descriptions, whatever the transaction.
KNOWN = {
    "withheld_tax": {
        "ItemWithheldTax": (
            "MarketplaceFacilitatorTax-Principal",
            "MarketplaceFacilitatorTax-Shipping",
            "MarketplaceFacilitatorTax-Other",
            "MarketplaceFacilitatorTax-RestockingFee",
            "MarketplaceFacilitatorVAT-Principal",
            "MarketplaceFacilitatorVAT-Shipping",
            "MarketplaceFacilitatorVAT-Giftwrap",
            "MarketplaceFacilitatorVAT-Other",
            "LowValueGoodsTax-Principal",
            "LowValueGoodsTax-Shipping",
            "LowValueGoodsTax-Other",
        ),
        # older files
        "ItemFees": (
            "MarketplaceFacilitatorVAT-Principal",
            "MarketplaceFacilitatorVAT-Shipping",
            "MarketplaceFacilitatorVAT-Giftwrap",
            "MarketplaceFacilitatorVAT-Other",
        ),
    },
    "tax_credit": {
        "ItemWithheldTax": ("TCS-CGST", "TCS-SGST", "TCS-IGST", "TDS (Section 194-O)"),
    },
    "commission": {
        "ItemFees": ("Commission", "RefundCommission"),
    },
    "fulfilment": {
        "ItemFees": (
            "FBAPerUnitFulfillmentFee",
            "FBAPerOrderFulfillmentFee",
            "FBAWeightBasedFee",
        ),
        # Multi-Channel Fulfilment
        **dict.fromkeys(("Shipment-Fees", "ShipmentFees"), SHIPMENTS),
    },
    "shipping_fee": {
        "ItemFees": (
            "ShippingChargeback",
            "ShippingHB",
            "GiftwrapChargeback",
            "GiftwrapCommission",
        ),
        OTHER: (
            "Shipping label purchase",
            "Shipping label purchase for return",
            "ShippingServices",
            "ShippingServicesRefund",
            "ShippingHB",
        ),
    },
    "selling_fee": {
        "ItemFees": (
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
            "Goodwill",
            "RestockingFee",
            "LiquidationsBrokerageFee",
        ),
    },
    "promotion_fee": {
        "Points": ("PointsGranted", "CostOfPointsGranted", "CostOfPointsReturned"),
        # the description is free text with the coupon's number
        "CouponRedemptionFee": (ANY,),
        **dict.fromkeys(("Deals", "PromotionFee", "LightningDealFee"), DEALS),
        **dict.fromkeys(("Vine", "SellerReviewEnrollmentPayment"), REVIEWS),
    },
    "advertising": {
        "Cost of Advertising": ("TransactionTotalAmount",),
        "Refund for Advertiser": ("TransactionTotalAmount",),
    },
    "fee_tax": {
        "Cost of Advertising": ("TaxAmount",),
        "Refund for Advertiser": ("TaxAmount",),
    },
    "storage": {
        OTHER: (
            "Storage Fee",
            "StorageRenewalBilling",
            "LowInventoryLevelFee",
            "DisposalComplete",
            "RemovalComplete",
        ),
    },
    "inbound": {
        OTHER: (
            "FBAInboundTransportationFee",
            "Inbound Transportation Fee",
            "FBA Inbound Transportation Program Fee",
            "FBAInboundConvenienceFee",
            "AGSGlobalInboundTransportation",
        ),
    },
    "returns_fee": {
        OTHER: (
            "FBACustomerReturnPerUnitFee",
            "FBACustomerReturnPerOrderFee",
            "FBACustomerReturnWeightBasedFee",
        ),
    },
    "service_fee": {
        OTHER: (
            "Subscription Fee",
            "Paid Services Fee",
            "Manual Processing Fee",
            "Manual Processing Fee Reimbursement",
            "NonSubscriptionFeeAdj",
            "Fee Adjustment",
        ),
        "Grade and Resell Charge": ("Grade and Resell Charge",),
    },
    "reimbursement": {
        "FBA Inventory Reimbursement": (
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
        ),
        "MCF Inventory Reimbursement": (
            "MULTICHANNEL_ORDER_LOST",
            "MULTICHANNEL_ORDER_DAMAGED",
            "MULTICHANNEL_ORDER_LATE",
        ),
        "SAFE-T Reimbursement": ("SAFE-T Reimbursement",),
    },
    "other_income": {
        "Seller Rewards": ("Seller Rewards",),
    },
    "loan": {
        OTHER: ("Amazon Capital Services",),
    },
    "reserve": {
        OTHER: ("Current Reserve Amount", "Previous Reserve Amount Balance"),
    },
    "debt": {
        OTHER: ("Payable to Amazon",),
    },
    "payout": {
        OTHER: (
            "Successful charge",
            "Failed Disbursement",
            "Transfer of funds unsuccessful*",
            "Micro Deposit",
        ),
    },
    "ask": {
        OTHER: (
            "Adjustment",
            "MiscAdjustment",
            "BalanceAdjustment",
            "Balance Adjustment",
            "BuyerRecharge",
            "Promotion adjustment",
            "Refund Reimbursal",
            "Additional Other Expenses",
            "Merchant Bad Debt",
            "Income Tax Charged",
            "Commingling VAT",
        ),
    },
}

#: Group -> names of fees that stand in the amount type; the descriptions are parts of the fee.
NAMED_FEES = {
    "returns_fee": ("FBA Customer Returns Fee",),
    "storage": (
        "FBA Inventory Storage Fee",
        "FBA Long Term Storage Fee",
        "FBA Removal Order: Disposal Fee",
        "FBA Removal Order: Return Fee",
        "AWD Storage Fee",
        "AWD Processing Fee",
        "AWD Transportation Fee",
        "Capacity Reservation Fee",
    ),
    "inbound": (
        "FBA Amazon-Partnered Carrier Shipment Fee",
        "FBA Inbound Placement Service Fee",
        "Inbound Defect Fee",
    ),
    "promotion_fee": ("Vine Enrollment Fee",),
}
FEE_PARTS = ("Base fee", "Discount on fee", "Reservation Fee", "Performance Credits")
FEE_TAXES = ("Tax on fee", "Tax")


def build_rules():
    """Return the rules for the rows, the special ones first.

    :return: list as `_settlement_rules` of the adapter describes it
    """
    return [*_liquidations(), *_paid(), *_named_fees(), *_known()]


def _rule(transaction_type, amount_type, description, group, **more):
    return {
        "transaction_type": transaction_type,
        "amount_type": amount_type,
        "description": description,
        "group": group,
        **more,
    }


def _liquidations():
    """Return the rules for liquidations: what Amazon buys and sells itself is no sale to a
    buyer."""
    for kind in LIQUIDATIONS:
        yield _rule(kind, "ItemPrice", "Principal", "liquidation")
        yield _rule(kind, "ItemPrice", "Tax", "liquidation")


def _paid():
    rows = [
        (amount_type, description, group)
        for amount_type, groups in PAID.items()
        for group, descriptions in groups.items()
        for description in descriptions
    ]
    for kind in (*SALES, *REFUNDS):
        for amount_type, description, group in rows:
            yield _rule(
                kind,
                amount_type,
                description,
                group,
                refund=kind in REFUNDS,
                counts_quantity=(kind, amount_type, description) == COUNTED,
            )


def _named_fees():
    for kind in FEES_BY_NAME:
        for group, names in NAMED_FEES.items():
            for name in names:
                yield from (_rule(kind, name, tax, "fee_tax") for tax in FEE_TAXES)
                yield from (_rule(kind, name, part, group) for part in FEE_PARTS)


def _known():
    for group, amount_types in KNOWN.items():
        for amount_type, descriptions in amount_types.items():
            for description in descriptions:
                yield _rule(ANY, amount_type, description, group)
