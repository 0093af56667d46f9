import warnings
warnings.warn("as error")
# flags: -W error

# expect-error: UserWarning: as error
