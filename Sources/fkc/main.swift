import FeynmanKac
